package dev.deployctl.cli;

import dev.deployctl.cli.ports.Services;
import dev.deployctl.model.Host;
import dev.deployctl.output.terminal.Console;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether to ask before acting: on a terminal, unless told not to; never in CI. */
final class ConfirmOptions {
  private static final int NAMED = 5;

  @Option(
      names = {"-y", "--yes"},
      description = "Does not ask.")
  boolean yes;

  /** Whether a person will be asked. */
  boolean asks(Services services, JsonOptions output) {
    return !yes && !output.json && services.prompts().allowed();
  }

  /** Asks where a person is to be asked. An interrupt ends the question. */
  boolean agreed(Console console, Services services, JsonOptions output, Interrupts interrupts) {
    if (!asks(services, output)) {
      return true;
    }
    question(console);
    return interrupts.beforeChanges(() -> isYes(interrupts.answer()));
  }

  private boolean agreed(Console console, Services services, JsonOptions output) {
    if (!asks(services, output)) {
      return true;
    }
    question(console);
    return isYes(console.answers().get());
  }

  private static void question(Console console) {
    console.out().print("Continue? [y/N] ");
    console.out().flush();
  }

  private static boolean isYes(@Nullable String answer) {
    return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
  }

  /** Says first what is about to be done where. */
  boolean agreed(
      Console console,
      Services services,
      JsonOptions output,
      QuietOptions telling,
      String what,
      List<Host> hosts) {
    if (!output.json && (!telling.quiet || asks(services, output))) {
      List<String> names = hosts.stream().limit(NAMED).map(Host::name).toList();
      String more = hosts.size() > NAMED ? " and " + (hosts.size() - NAMED) + " more" : "";
      console.out().println(what + ": " + String.join(", ", names) + more);
      console.out().flush();
    }
    return agreed(console, services, output);
  }
}
