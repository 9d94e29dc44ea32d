package dev.deployctl.cli.help;

import dev.deployctl.cli.completion.Texts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;

/** The commands of a page: the common ones with a sentence each, the others by name. */
final class Overview {
  private static final SequencedMap<String, List<String>> COMMON = new LinkedHashMap<>();

  static {
    COMMON.put("Deploy", List.of("plan", "rollout", "rollback", "restart"));
    COMMON.put("Look inside", List.of("status", "history", "logs", "run", "console"));
    COMMON.put("Set up", List.of("init", "doctor", "bootstrap", "app", "apply"));
  }

  private final Help help;
  private final CommandSpec spec;

  Overview(Help help) {
    this.help = help;
    this.spec = help.commandSpec();
  }

  String commands() {
    List<CommandSpec> left = new ArrayList<>(Texts.shown(spec));
    if (left.isEmpty()) {
      return "";
    }
    if (spec.parent() != null) {
      return "Commands:%n".formatted() + sentences(left);
    }
    StringBuilder text = new StringBuilder();
    COMMON.forEach(
        (heading, names) -> {
          List<CommandSpec> group =
              left.stream().filter(command -> names.contains(command.name())).toList();
          text.append("%s:%n".formatted(heading)).append(sentences(group));
          left.removeAll(group);
        });
    return text.append("More: ").append(names(left)).toString();
  }

  private String sentences(List<CommandSpec> commands) {
    int longest = commands.stream().mapToInt(command -> command.name().length()).max().orElse(0);
    int left = Math.max(longest, 11) + 2;
    Help.TextTable table =
        Help.TextTable.forColumns(
            help.colorScheme(),
            new Help.Column(left, 2, Help.Column.Overflow.SPAN),
            new Help.Column(width() - left, 2, Help.Column.Overflow.WRAP));
    for (CommandSpec command : commands) {
      table.addRowValues(
          help.colorScheme().commandText(command.name()),
          help.colorScheme().text(Texts.first(command.usageMessage().description())));
    }
    return table.toString();
  }

  private String names(List<CommandSpec> commands) {
    StringBuilder text = new StringBuilder();
    int column = "More: ".length();
    String between = "";
    for (CommandSpec command : commands) {
      if (column + between.length() + command.name().length() + 1 > width()) {
        between = ",%n  ".formatted();
        column = 0;
      }
      text.append(between).append(command.name());
      column += between.length() + command.name().length();
      between = ", ";
    }
    return text.append("%n".formatted()).toString();
  }

  private int width() {
    return spec.usageMessage().width();
  }
}
