package dev.deployctl.cli.help;

import dev.deployctl.cli.completion.Texts;
import java.lang.reflect.Field;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The sections of a page that has only the options that people use. */
final class ShortHelp {
  private final Help help;
  private final CommandSpec spec;

  ShortHelp(Help help) {
    this.help = help;
    this.spec = help.commandSpec();
  }

  /** Returns one line: what must be given, and room for options. */
  String synopsis() {
    String required =
        spec.argGroups().stream()
            .filter(ShortHelp::isRequired)
            .map(ArgGroupSpec::synopsis)
            .map(group -> " " + group)
            .collect(Collectors.joining());
    String arguments =
        positionals().stream().map(word -> " " + label(word)).collect(Collectors.joining());
    boolean nested = !spec.subcommands().isEmpty();
    return "%s%s%s [OPTION]...%s%n"
        .formatted(
            spec.qualifiedName(),
            nested ? " COMMAND" : "",
            required,
            nested ? " [ARGUMENT]..." : arguments);
  }

  String parameters() {
    Help.Layout layout = layout();
    layout.addPositionalParameters(positionals(), help.parameterLabelRenderer());
    return layout.toString();
  }

  /** Returns the options, those first of which one must be given. A page of commands has none. */
  String options() {
    if (!spec.subcommands().isEmpty()) {
      return "";
    }
    Help.Layout layout = layout();
    layout.addOptions(shown(), help.parameterLabelRenderer());
    return layout.toString();
  }

  /** Returns how to see the rest. */
  String footer() {
    String name = spec.qualifiedName();
    if (!spec.subcommands().isEmpty()) {
      return "%s COMMAND --help explains a command, %s --help --all lists all.%n"
          .formatted(name, name);
    }
    long all = spec.options().stream().filter(option -> !option.hidden()).count();
    return "%n%s --help --all lists all %d options and the exit codes.%n".formatted(name, all);
  }

  private Help.Layout layout() {
    return help.createDefaultLayout(shown(), positionals(), help.colorScheme());
  }

  private List<PositionalParamSpec> positionals() {
    return spec.positionalParameters().stream().filter(word -> !word.hidden()).toList();
  }

  private List<OptionSpec> shown() {
    return spec.options().stream()
        .filter(option -> !option.hidden() && !option.versionHelp())
        .filter(option -> isRequired(option) || !isAdvanced(option))
        .sorted(Comparator.comparing(option -> !isRequired(option)))
        .map(ShortHelp::inShort)
        .toList();
  }

  private String label(PositionalParamSpec word) {
    return help.parameterLabelRenderer()
        .renderParameterLabel(word, help.ansi(), List.of())
        .toString();
  }

  /** Returns an option that is described by the first sentence of its description. */
  private static OptionSpec inShort(OptionSpec option) {
    return OptionSpec.builder(option)
        .names(option.names())
        .description(Texts.first(option.description()))
        .build();
  }

  private static boolean isAdvanced(OptionSpec option) {
    return option.userObject() instanceof Field field && field.isAnnotationPresent(Advanced.class);
  }

  private static boolean isRequired(OptionSpec option) {
    ArgGroupSpec group = option.group();
    return group == null ? option.required() : isRequired(group);
  }

  private static boolean isRequired(ArgGroupSpec group) {
    return group.multiplicity().min() > 0;
  }
}
