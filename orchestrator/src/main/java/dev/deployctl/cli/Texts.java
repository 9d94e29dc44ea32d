package dev.deployctl.cli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** What the model of the command line says in words. */
final class Texts {
  private Texts() {}

  /** The first sentence. */
  static String first(String... description) {
    String all = String.join(" ", description).replace("%%", "%").replace("%n", " ");
    int end = all.indexOf(". ");
    return (end < 0 ? all : all.substring(0, end + 1)).strip();
  }

  /** Commands whose first word is an app. */
  static List<String> appCommands(CommandSpec root) {
    return root.subcommands().entrySet().stream()
        .filter(command -> takesApp(command.getValue().getCommandSpec()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Whether a command's first word is an app. */
  static boolean takesApp(CommandSpec spec) {
    return spec.positionalParameters().stream()
        .anyMatch(word -> word.index().min() == 0 && word.paramLabel().contains("APP"));
  }
}
