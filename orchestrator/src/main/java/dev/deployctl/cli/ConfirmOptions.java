package dev.deployctl.cli;

import dev.deployctl.model.Host;
import java.util.List;
import java.util.Locale;
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
    return !yes && !output.json && services.mayAsk();
  }

  boolean agreed(Console console, Services services, JsonOptions output) {
    if (!asks(services, output)) {
      return true;
    }
    console.out().print("Continue? [y/N] ");
    console.out().flush();
    String answer = console.answers().get();
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
