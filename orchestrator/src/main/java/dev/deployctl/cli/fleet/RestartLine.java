package dev.deployctl.cli.fleet;

import dev.deployctl.model.App;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The command line that restarts an app, with the options of the command that has ended. */
final class RestartLine {
  private final CommandSpec ended;
  private final List<String> words;

  RestartLine(CommandSpec ended, App app) {
    this.ended = ended;
    this.words = new ArrayList<>(List.of("restart", app.name()));
    CommandSpec restart =
        Objects.requireNonNull(root().getSubcommands().get("restart")).getCommandSpec();
    for (OptionSpec option : ended.commandLine().getParseResult().matchedOptions()) {
      OptionSpec same = restart.findOption(option.longestName());
      if (same != null && !option.inherited() && !option.longestName().equals("--yes")) {
        add(option);
      }
    }
  }

  private CommandLine root() {
    return ended.root().commandLine();
  }

  private void add(OptionSpec option) {
    if (option.arity().max() == 0) {
      words.add(option.longestName());
    } else {
      option.originalStringValues().forEach(value -> words.add(option.longestName() + "=" + value));
    }
  }

  /** Returns the line as it is typed. */
  String text() {
    return "deployctl " + String.join(" ", words);
  }

  /** Runs it without a question. Returns its exit code. */
  int run() {
    List<String> all = new ArrayList<>(words);
    all.add("--yes");
    return root().execute(all.toArray(String[]::new));
  }
}
