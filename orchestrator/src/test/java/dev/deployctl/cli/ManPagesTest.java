package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.Wiring;
import dev.deployctl.cli.completion.Texts;
import dev.deployctl.output.terminal.Console;
import dev.deployctl.output.terminal.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The man pages of the package: one for each command, with the text of --help, valid for man. */
final class ManPagesTest {
  @TempDir private Path share;
  private CommandLine commandLine;

  /** Runs the generator of the build on the same sources. */
  @BeforeEach
  void write() {
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    Terminal plain = Terminal.plain(true);
    Console console = new Console(nowhere, nowhere, plain, plain, Optional::empty, () -> null);
    commandLine = Deployctl.create(Wiring.services(Map.of(), console));
    Shell.Ended ended =
        Shell.run(
            Path.of("").toAbsolutePath(),
            Map.of(),
            System.getProperty("java.home") + "/bin/java",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "src/build/java/dev/deployctl/build/PackageFiles.java",
            share.toString(),
            "1.2.3",
            "2026-11-23T00:00:00Z");
    assertThat(ended.exit()).as(ended.out()).isZero();
  }

  private List<Path> pages() throws Exception {
    try (Stream<Path> files = Files.list(share.resolve("man/man1"))) {
      return files.sorted().toList();
    }
  }

  @Test
  void eachCommandHasItsPageWithAllItsOptions() throws Exception {
    List<CommandSpec> commands = new ArrayList<>(List.of(commandLine.getCommandSpec()));
    commands.addAll(Texts.shown(commandLine.getCommandSpec()));
    assertThat(pages()).hasSameSizeAs(commands);
    for (CommandSpec command : commands) {
      Path file = share.resolve("man/man1/" + command.qualifiedName("-") + ".1");
      String page = Files.readString(file).replace("\\-", "-");
      assertThat(page).contains(".TH ", "\"2026-11-23\" \"deployctl 1.2.3\"", "EXIT STATUS");
      for (OptionSpec option : command.options()) {
        if (option.hidden()) {
          continue;
        }
        for (String name : option.names()) {
          assertThat(page).as("%s of %s", name, file).contains("\\fB" + name + "\\fR");
        }
      }
    }
  }

  @Test
  void manShowsThem() throws Exception {
    Path man = Shell.required("man");
    Path page = share.resolve("man/man1/deployctl-rollout.1");

    Shell.Ended shown =
        Shell.run(
            share,
            Map.of("MANWIDTH", "80", "LC_ALL", "C.UTF-8", "MANPAGER", "cat", "TERM", "dumb"),
            man.toString(),
            "-l",
            page.toString());

    assertThat(shown.exit()).as(shown.out()).isZero();
    String text = shown.out().replaceAll(".\b", "").replaceAll("\u001b\\[[0-9;]*m", "");
    assertThat(text)
        .contains("DEPLOYCTL-ROLLOUT(1)")
        .contains("deployctl-rollout - Roll an image out over an app's hosts")
        .contains("-t, --tag=TAG")
        .contains("--canary=N|%")
        .doesNotContain("%%", "\\f", "${");
  }

  @Test
  void groffHasNoWarning() throws Exception {
    Path groff = Shell.required("groff");
    for (Path page : pages()) {
      Shell.Ended checked =
          Shell.run(
              share, Map.of(), groff.toString(), "-man", "-ww", "-z", "-Kutf8", page.toString());
      assertThat(checked.exit()).isZero();
      assertThat(checked.out()).as(page.toString()).isEmpty();
    }
  }

  @Test
  void mandocHasNoWarning() throws Exception {
    Path mandoc = Shell.required("mandoc");
    for (Path page : pages()) {
      Shell.Ended checked =
          Shell.run(
              share, Map.of(), mandoc.toString(), "-T", "lint", "-W", "warning", page.toString());
      assertThat(checked.out()).isEmpty();
      assertThat(checked.exit()).as(page.toString()).isZero();
    }
  }

  @Test
  void completionsLieWhereShellsLookForThem() {
    assertThat(share.resolve("bash-completion/completions/deployctl")).isNotEmptyFile();
    assertThat(share.resolve("zsh/site-functions/_deployctl"))
        .content()
        .startsWith("#compdef deployctl\n");
    assertThat(share.resolve("fish/vendor_completions.d/deployctl.fish")).isNotEmptyFile();
  }
}
