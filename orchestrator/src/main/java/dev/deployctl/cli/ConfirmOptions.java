package dev.deployctl.cli;

import java.util.Locale;
import picocli.CommandLine.Option;

/** Whether to ask before acting: on a terminal, unless told not to; never in CI. */
final class ConfirmOptions {
  @Option(
      names = {"-y", "--yes"},
      description = "Does not ask.")
  boolean yes;

  @Option(names = "--no-input", description = "Never asks anything, also not on a terminal.")
  boolean noInput;

  boolean agreed(Console console, Services services, OutputOptions output) {
    if (yes
        || noInput
        || output.json
        || !console.terminal().interactive()
        || services.variable("CI") != null) {
      return true;
    }
    console.out().print("Continue? [y/N] ");
    console.out().flush();
    String answer = console.answers().get();
    return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
  }
}
