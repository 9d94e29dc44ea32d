package dev.deployctl.build;

import dev.deployctl.cli.completion.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes a man page from the model that {@code --help} is printed from. */
final class ManPage {
  /** Wide enough that the synopsis is one line: the man program wraps it. */
  private static final int WIDE = 10_000;

  private final CommandSpec spec;
  private final String release;
  private final String date;

  /**
   * @param release the program's version
   * @param date of the release, {@code 2026-11-23}
   */
  ManPage(CommandSpec spec, String release, String date) {
    this.spec = spec;
    this.release = release;
    this.date = date;
  }

  /** Returns the name of the page, such as {@code deployctl-rollout}. */
  String name() {
    return spec.qualifiedName("-");
  }

  /** Returns the page in the man macros that every system's man understands. */
  String text() {
    Roff page = new Roff();
    page.title(name().toUpperCase(Locale.ROOT), date, "deployctl " + release, "deployctl");
    page.section("NAME");
    String first = Texts.first(description(spec).toArray(String[]::new));
    page.text(name()).raw(" \\- ").text(first.replaceAll("\\.$", "")).end();
    page.section("SYNOPSIS");
    page.text(synopsis()).end();
    page.section("DESCRIPTION");
    description(spec).forEach(line -> page.paragraph(line));
    commands(page);
    arguments(page);
    exitCodes(page);
    page.section("SEE ALSO");
    seeAlso(page);
    return page.toString();
  }

  private String synopsis() {
    CommandLine command = spec.commandLine();
    command.setUsageHelpAutoWidth(false);
    command.setUsageHelpWidth(WIDE);
    return new Help(spec, Help.defaultColorScheme(Help.Ansi.OFF)).synopsis(0).strip();
  }

  private static List<String> description(CommandSpec spec) {
    List<String> lines = new ArrayList<>();
    for (String line : spec.usageMessage().description()) {
      lines.add(plain(line));
    }
    return lines;
  }

  /** Formats a text of the help, which is a format string. */
  private static String plain(String text) {
    return String.format(Locale.ROOT, text).strip();
  }

  private static String plain(String[] lines) {
    return plain(String.join(" ", lines));
  }

  private void commands(Roff page) {
    List<CommandSpec> commands = Texts.shown(spec);
    if (commands.isEmpty()) {
      return;
    }
    page.section("COMMANDS");
    for (CommandSpec command : commands) {
      page.item().bold(command.name()).end();
      page.text(String.join(" ", description(command))).end();
    }
  }

  private void arguments(Roff page) {
    page.section("OPTIONS");
    for (PositionalParamSpec word : spec.positionalParameters()) {
      page.item().italic(word.paramLabel()).end();
      page.text(plain(word.description())).end();
    }
    for (OptionSpec option : spec.options()) {
      if (option.hidden()) {
        continue;
      }
      page.item();
      String between = "";
      for (String name : option.names()) {
        page.text(between).bold(name);
        between = ", ";
      }
      page.italic(label(option)).end();
      page.text(plain(option.description())).end();
    }
  }

  private String label(ArgSpec option) {
    Help help = new Help(spec, Help.defaultColorScheme(Help.Ansi.OFF));
    return help.parameterLabelRenderer()
        .renderParameterLabel(option, Help.Ansi.OFF, List.of())
        .toString();
  }

  private void exitCodes(Roff page) {
    Map<String, String> codes = spec.usageMessage().exitCodeList();
    if (codes.isEmpty()) {
      return;
    }
    page.section("EXIT STATUS");
    codes.forEach(
        (code, meaning) -> {
          page.item().bold(code.strip()).end();
          page.text(plain(meaning)).end();
        });
  }

  private void seeAlso(Roff page) {
    List<String> others =
        spec.parent() == null
            ? Texts.shown(spec).stream().map(command -> command.qualifiedName("-")).toList()
            : List.of(spec.root().name());
    String between = "";
    for (String other : others) {
      page.text(between).bold(other).text("(1)");
      between = ", ";
    }
    page.text(between).bold("ssh_config").text("(5)").end();
  }
}
