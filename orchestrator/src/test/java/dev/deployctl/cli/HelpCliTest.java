package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** --help is short, and --help --all is whole. */
final class HelpCliTest {
  private static final int WIDTH = 80;

  /** The lines of a small terminal, without the one for the next prompt. */
  private static final int HEIGHT = 23;

  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;

  @BeforeEach
  void begin() throws Exception {
    fixture = new CliFixture(directory, "web-1");
  }

  private static List<String> commands() {
    return CommandsPageTest.shown(CommandsPageTest.commandLine());
  }

  private String help(String... arguments) {
    CliFixture.Finished finished = fixture.runBare(arguments);
    assertThat(finished.exit()).as(finished.err()).isZero();
    assertThat(finished.err()).isEmpty();
    return finished.out();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void shortHelpOfACommandFitsASmallTerminal(String command) {
    List<String> lines = help((command + " --help").split(" ", -1)).lines().toList();

    assertThat(lines).hasSizeLessThanOrEqualTo(HEIGHT).allMatch(line -> line.length() <= WIDTH);
    assertThat(lines.stream().filter(line -> line.matches(" +-[-a-zA-Z].*")))
        .hasSizeLessThanOrEqualTo(13);
    assertThat(lines.getFirst()).startsWith("Usage: deployctl " + command + " ");
    assertThat(lines.getLast()).startsWith("deployctl " + command + " ").contains("--help --all");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void wholeHelpHasEveryOption(String command) {
    CommandLine model = CommandsPageTest.commandLine();
    for (String name : command.split(" ", -1)) {
      model = Objects.requireNonNull(model.getSubcommands().get(name));
    }

    String whole = help((command + " --help --all").split(" ", -1));

    assertThat(whole).contains("Exit codes:");
    model.getCommandSpec().options().stream()
        .filter(option -> !option.hidden())
        .forEach(option -> assertThat(whole).contains(option.longestName()));
  }

  @Test
  void shortHelpHasWhatMustBeGivenAndWhatPeopleUse() {
    String help = help("rollout", "--help");

    assertThat(help)
        .startsWith("Usage: deployctl rollout (-t=TAG | --digest=SHA256) [OPTION]... APP\n")
        .contains("--canary", "--batch-size", "--on-failure", "--max-unreachable", "--dry-run")
        .contains("--yes", "--hosts", "--environment", "  -h, --help  ")
        .doesNotContain("--patience", "--lock-expiry", "--parallelism", "--stacktrace", "Exit");
    assertThat(fixture.runBare("help", "rollout").out()).isEqualTo(help);
    assertThat(fixture.runBare("help", "rollout", "--all").out()).contains("--lock-expiry");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--help", "help"})
  void commandsAreListedInOneScreen(String line) {
    String[] arguments = line.isEmpty() ? new String[0] : new String[] {line};

    List<String> lines = fixture.runBare(arguments).out().lines().toList();

    assertThat(lines).hasSizeLessThanOrEqualTo(HEIGHT).allMatch(text -> text.length() <= WIDTH);
    for (String command : commands()) {
      String name = command.split(" ", -1)[0];
      assertThat(String.join("\n", lines)).containsPattern("\\b" + name + "\\b");
    }
    assertThat(lines.getLast()).contains("deployctl --help --all");
  }

  @Test
  void wholeHelpOfTheProgramHasOptionsAndExitCodes() {
    assertThat(help("--help", "--all")).contains("--stacktrace", "Exit codes:", "maintenance ");
  }

  /** Somebody who types it means all hosts, perhaps; nothing is changed on any. */
  @Test
  void allWithoutHelpIsRefused() {
    CliFixture.Finished finished = fixture.run("restart", "blog", "--yes", "--all");

    assertThat(finished.exit()).isEqualTo(2);
    assertThat(finished.err()).startsWith("deployctl: --all goes with --help\n");
    assertThat(fixture.host("web-1").asked()).isEmpty();
  }
}
