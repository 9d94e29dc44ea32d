package dev.deployctl.cli.completion;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Texts and names in the model of the command line. */
public final class Texts {
  /** The label of an argument that is a host of the inventory. */
  static final String HOST = "HOST";

  private Texts() {}

  /** Returns a script of this package, with its placeholders. */
  static String template(String name) {
    try (InputStream script = Texts.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(script, name).readAllBytes(), UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Returns the first sentence. */
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

  /**
   * Returns the commands that take an app in this place.
   *
   * @param place 0 for the first argument
   */
  static List<String> appCommands(CommandSpec root, int place) {
    return commands(root, command -> takesApp(command, place));
  }

  /** Returns the commands whose first argument is a host of the inventory. */
  static List<String> hostCommands(CommandSpec root) {
    return commands(root, Texts::takesHost);
  }

  private static List<String> commands(CommandSpec root, Predicate<CommandSpec> wanted) {
    return root.subcommands().entrySet().stream()
        .filter(command -> wanted.test(command.getValue().getCommandSpec()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Returns the options of all commands that take a value. */
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

  /** Returns whether a command's first argument is a host of the inventory. */
  static boolean takesHost(CommandSpec spec) {
    return spec.positionalParameters().stream()
        .anyMatch(word -> word.index().min() == 0 && word.paramLabel().equals(HOST));
  }

  /** Returns whether a command takes an app as one of its arguments. */
  static boolean takesApp(CommandSpec spec) {
    return takesApp(spec, 0) || takesApp(spec, 1);
  }

  /** Returns whether a command takes an app in this place, 0 for the first argument. */
  static boolean takesApp(CommandSpec spec, int place) {
    return spec.positionalParameters().stream()
        .anyMatch(word -> word.index().min() == place && word.paramLabel().contains("APP"));
  }

  /** Returns whether the first argument of a command is a directory. */
  static boolean takesDirectory(CommandSpec spec) {
    return spec.positionalParameters().stream()
        .anyMatch(word -> word.index().min() == 0 && word.paramLabel().equals("DIR"));
  }
}
