package dev.deployctl.cli.options;

import dev.deployctl.cli.ports.Services;
import dev.deployctl.fleet.FirstNames;
import dev.deployctl.model.Host;
import dev.deployctl.output.terminal.Console;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option to act without a confirmation. Only a person on a terminal is asked, never CI. */
public final class ConfirmOptions {
  private static final int NAMED = 5;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask for confirmation.")
  public boolean yes;

  /** Returns whether a person will be asked. */
  public boolean asks(Services services, JsonOptions output) {
    return !yes && !output.json && services.prompts().allowed();
  }

  /** Returns whether the change is announced before it is made. */
  public boolean announces(Services services, JsonOptions output, QuietOptions telling) {
    return !output.json && (!telling.quiet || asks(services, output));
  }

  /**
   * Asks for a confirmation where a person is to be asked.
   *
   * @param answer waits for the answer; null at the end of the input
   */
  public boolean agreed(Services services, JsonOptions output, Supplier<@Nullable String> answer) {
    if (!asks(services, output)) {
      return true;
    }
    services.console().out().print("Continue? [y/N] ");
    services.console().out().flush();
    return isYes(answer.get());
  }

  /** Returns whether an answer to a question is yes; null stands for the end of the input. */
  public static boolean isYes(@Nullable String answer) {
    return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
  }

  /** Asks for a confirmation after a line that says what will be done on which hosts. */
  public boolean agreed(
      Services services, JsonOptions output, QuietOptions telling, String what, List<Host> hosts) {
    Console console = services.console();
    if (announces(services, output, telling)) {
      List<String> names = hosts.stream().map(Host::name).toList();
      console.out().println(what + ": " + FirstNames.of(names, NAMED));
      console.out().flush();
    }
    return agreed(services, output, console.answers());
  }
}
