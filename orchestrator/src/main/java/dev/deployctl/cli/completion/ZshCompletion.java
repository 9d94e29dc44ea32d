package dev.deployctl.cli.completion;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes the completion for zsh, from the same model as the help. */
public final class ZshCompletion {
  private ZshCompletion() {}

  public static String script(CommandSpec root) {
    StringBuilder commands = new StringBuilder();
    StringBuilder arguments = new StringBuilder();
    for (CommandSpec command : Texts.shown(root)) {
      String description = Texts.first(command.usageMessage().description());
      commands.append("      ").append(quoted(command.name() + ":" + description)).append('\n');
      arguments.append("    ").append(command.name()).append(")\n      _arguments -s");
      command.options().stream()
          .filter(option -> !option.hidden())
          .forEach(option -> option(arguments, option));
      for (PositionalParamSpec argument : command.positionalParameters()) {
        position(arguments, argument);
      }
      arguments.append(" ;;\n");
    }
    return Texts.template("deployctl.zsh")
        .replace("# COMMANDS\n", commands)
        .replace("# ARGUMENTS\n", arguments);
  }

  private static void option(StringBuilder script, OptionSpec option) {
    String description = "[" + escaped(Texts.first(option.description())) + "]";
    String value = option.arity().max() > 0 ? ":" + escaped(option.paramLabel()) + ":" : "";
    // With a blank before it, the function gets these words and no others.
    String words =
        switch (option.longestName()) {
          case "--hosts" -> " _deployctl_words hosts";
          case "--zone" -> " _deployctl_words zones";
          case "--host-tag" -> " _deployctl_words tags";
          case "--environment" -> " _deployctl_words environments";
          case "--config", "--ssh-config", "--identity-file", "--report" -> "_files";
          default -> value.isEmpty() ? "" : alternatives(option.paramLabel());
        };
    String repeated = option.isMultiValue() ? "*" : "";
    for (String name : option.names()) {
      String form = value.isEmpty() ? name : name + (name.startsWith("--") ? "=" : "+");
      script.append(" \\\n        ").append(quoted(repeated + form + description + value + words));
    }
  }

  private static void position(StringBuilder script, PositionalParamSpec word) {
    String label = word.paramLabel();
    String words =
        label.contains("APP")
            ? " _deployctl_words apps"
            : label.equals("DIR")
                ? "_files -/"
                : label.equals(Texts.HOST) ? " _deployctl_words hosts" : alternatives(label);
    String place = word.index().isVariable() ? "*" : String.valueOf(word.index().min() + 1);
    script
        .append(" \\\n        ")
        .append(quoted(place + ":" + escaped(label) + ":" + (words.isEmpty() ? " " : words)));
  }

  /** A label such as on|off names its words. */
  private static String alternatives(String label) {
    return label.matches("[a-z-]+(\\|[a-z-]+)+") ? "(" + label.replace('|', ' ') + ")" : " ";
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:");
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
