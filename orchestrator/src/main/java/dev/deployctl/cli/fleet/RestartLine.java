package dev.deployctl.cli.fleet;

import dev.deployctl.model.App;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The command line that restarts an app, with the options of the command that has ended. */
final class RestartLine {
  /** Options that mean something else to a restart, or nothing. */
  private static final Set<String> OWN = Set.of("--restart", "--yes");

  private final List<String> words;

  RestartLine(CommandSpec ended, App app) {
    this.words = new ArrayList<>(List.of("restart", app.name()));
    for (OptionSpec option : ended.commandLine().getParseResult().matchedOptions()) {
      if (!option.inherited() && !OWN.contains(option.longestName())) {
        add(option);
      }
    }
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
  int run(ToIntFunction<String[]> program) {
    List<String> all = new ArrayList<>(words);
    all.add("--yes");
    return program.applyAsInt(all.toArray(String[]::new));
  }
}
