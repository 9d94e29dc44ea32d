package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.Wiring;
import dev.deployctl.output.terminal.Console;
import dev.deployctl.output.terminal.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** docs/commands.md has the text of --help of each command. */
final class CommandsPageTest {
  private static final Path PAGE = Path.of("../docs/commands.md");
  private static final int WIDTH = 80;

  static CommandLine commandLine() {
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    Terminal plain = Terminal.plain(true);
    Console console = new Console(nowhere, nowhere, plain, plain, Optional::empty, () -> null);
    CommandLine commandLine = Deployctl.create(Wiring.services(Map.of(), console));
    commandLine.setUsageHelpAutoWidth(false);
    commandLine.setUsageHelpWidth(WIDTH);
    return commandLine;
  }

  /** Returns the commands that people see, those of two words as well. */
  static List<String> shown(CommandLine root) {
    List<String> names = new ArrayList<>();
    root.getSubcommands()
        .forEach(
            (name, command) -> {
              if (command.getCommandSpec().usageMessage().hidden() || name.equals("help")) {
                return;
              }
              names.add(name);
              shown(command).forEach(below -> names.add(name + " " + below));
            });
    return names;
  }

  private static String help(CommandLine command) {
    ((Deployctl) command.getCommandSpec().root().userObject()).all = true;
    return command
        .getUsageMessage(Ansi.OFF)
        .lines()
        .map(String::stripTrailing)
        .reduce("", (page, line) -> page + line + "\n");
  }

  private static String page() {
    CommandLine root = commandLine();
    StringBuilder page =
        new StringBuilder(
            """
            # The commands

            What `--help --all` says, command by command. This page is generated: `mvn -pl orchestrator test
            -Dtest=CommandsPageTest -Ddeployctl.write-docs=true` writes it anew.

            """);
    page.append("```\n").append(help(root)).append("```\n");
    root.getSubcommands()
        .forEach(
            (name, command) -> {
              if (!command.getCommandSpec().usageMessage().hidden() && !name.equals("help")) {
                page.append("\n## ").append(name).append("\n\n```\n");
                page.append(help(command)).append("```\n");
              }
            });
    return page.toString();
  }

  @Test
  void thePageIsWhatTheHelpSays() throws IOException {
    if (Boolean.getBoolean("deployctl.write-docs")) {
      Files.writeString(PAGE, page());
    }
    assertThat(Files.readString(PAGE))
        .as("stale: write it again as its head says")
        .isEqualTo(page());
  }

  @Test
  void everyHelpFitsEightyColumnsAndEndsInASentence() {
    commandLine()
        .getSubcommands()
        .forEach(
            (name, command) -> {
              assertThat(help(command).lines()).as(name).allMatch(line -> line.length() <= WIDTH);
              command
                  .getCommandSpec()
                  .options()
                  .forEach(
                      option ->
                          assertThat(option.description()).as(name + " " + option).isNotEmpty());
            });
  }
}
