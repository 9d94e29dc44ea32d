package dev.deployctl.cli.completion;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Completion for zsh, written from the same model as the help. */
public final class ZshCompletion {
  private static final String HEAD =
      """
      #compdef deployctl
      # Words of the deployctl.yml at hand; of a list with commas the last.
      _deployctl_words() {
        local -a found more
        found=(${(f)"$(deployctl complete $1 --typed=$PREFIX -- "${(@Q)words[1,CURRENT-1]}" 2>/dev/null)"})
        if [[ $1 != tags ]]; then
          compset -P '*,'
        elif [[ $PREFIX != *=* ]]; then
          more=(-S '') # the value comes next
        fi
        compadd "${(@)more}" -a found
      }
      _deployctl() {
        local curcontext=$curcontext state line
        local -a commands
        _arguments -C '1: :->command' '*:: :->rest'
        case $state in
        command)
          commands=(
      """;

  /** Called as a function that zsh has found itself, or read by a shell's configuration. */
  private static final String END =
      """
          esac ;;
        esac
      }
      if [[ $funcstack[1] == _deployctl ]]; then _deployctl "$@"; else compdef _deployctl deployctl; fi
      """;

  private ZshCompletion() {}

  public static String script(CommandSpec root) {
    StringBuilder script = new StringBuilder(HEAD);
    for (CommandSpec command : Texts.shown(root)) {
      String description = Texts.first(command.usageMessage().description());
      script.append("      ").append(quoted(command.name() + ":" + description)).append('\n');
    }
    script.append("    )\n    _describe -t commands command commands ;;\n  rest)\n");
    script.append("    case $words[1] in\n");
    for (CommandSpec command : Texts.shown(root)) {
      script.append("    ").append(command.name()).append(")\n      _arguments -s");
      command.options().stream()
          .filter(option -> !option.hidden())
          .forEach(option -> option(script, option));
      for (PositionalParamSpec word : command.positionalParameters()) {
        position(script, word);
      }
      script.append(" ;;\n");
    }
    return script + END;
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
    String words = label.contains("APP") ? " _deployctl_words apps" : alternatives(label);
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
