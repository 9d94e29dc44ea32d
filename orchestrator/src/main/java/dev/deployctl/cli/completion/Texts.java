package dev.deployctl.cli.completion;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** What the model of the command line says in words. */
public final class Texts {
  private Texts() {}

  /** The first sentence. */
  public static String first(String... description) {
    String all = String.join(" ", description).replace("%%", "%").replace("%n", " ");
    int end = all.indexOf(". ");
    return (end < 0 ? all : all.substring(0, end + 1)).strip();
  }

  /** Returns the commands that --help shows. */
  public static List<CommandSpec> shown(CommandSpec root) {
    return root.subcommands().values().stream()
        .map(CommandLine::getCommandSpec)
        .filter(command -> !command.usageMessage().hidden())
        .filter(command -> !command.name().equals("help"))
        .toList();
  }

  /** Commands whose first word is an app. */
  static List<String> appCommands(CommandSpec root) {
    return root.subcommands().entrySet().stream()
        .filter(command -> takesApp(command.getValue().getCommandSpec()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Options that take a value, of all commands. */
  static List<String> valueOptions(CommandSpec root) {
    return Stream.concat(
            Stream.of(root), root.subcommands().values().stream().map(CommandLine::getCommandSpec))
        .flatMap(command -> command.options().stream())
        .filter(option -> option.arity().max() > 0)
        .flatMap(option -> Arrays.stream(option.names()))
        .distinct()
        .sorted()
        .toList();
  }

  /** Whether a command's first word is an app. */
  static boolean takesApp(CommandSpec spec) {
    return spec.positionalParameters().stream()
        .anyMatch(word -> word.index().min() == 0 && word.paramLabel().contains("APP"));
  }
}
