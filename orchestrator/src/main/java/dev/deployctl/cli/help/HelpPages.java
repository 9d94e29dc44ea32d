package dev.deployctl.cli.help;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Makes {@code --help} short, unless the whole text is asked for. */
public final class HelpPages {
  private static final Map<String, IHelpSectionRenderer> SHORT =
      Map.of(
          UsageMessageSpec.SECTION_KEY_SYNOPSIS, help -> new ShortHelp(help).synopsis(),
          UsageMessageSpec.SECTION_KEY_PARAMETER_LIST, help -> new ShortHelp(help).parameters(),
          UsageMessageSpec.SECTION_KEY_OPTION_LIST, help -> new ShortHelp(help).options(),
          UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, help -> "",
          UsageMessageSpec.SECTION_KEY_COMMAND_LIST, help -> new Overview(help).commands(),
          UsageMessageSpec.SECTION_KEY_EXIT_CODE_LIST_HEADING, help -> "",
          UsageMessageSpec.SECTION_KEY_EXIT_CODE_LIST, help -> "",
          UsageMessageSpec.SECTION_KEY_FOOTER, help -> new ShortHelp(help).footer());

  private HelpPages() {}

  /**
   * Sets the help of a command and of all that are below it.
   *
   * @param whole whether the whole text is wanted; asked when a page is printed
   */
  public static void install(CommandLine root, BooleanSupplier whole) {
    Map<String, IHelpSectionRenderer> sections = new HashMap<>(root.getHelpSectionMap());
    SHORT.forEach(
        (key, brief) ->
            sections.merge(
                key,
                brief,
                (full, _) ->
                    help -> whole.getAsBoolean() ? full.render(help) : brief.render(help)));
    root.setHelpSectionMap(sections);
  }
}
