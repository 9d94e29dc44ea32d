package dev.deployctl;

import dev.deployctl.cli.Deployctl;
import dev.deployctl.cli.ports.Prompts;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.config.ConfigLoader;
import dev.deployctl.openssh.config.LocalUser;
import dev.deployctl.output.terminal.Console;
import java.util.Map;

/** Builds the objects of the program and runs its command line. */
public final class Wiring {
  private Wiring() {}

  /** Runs one command. Returns the exit code. */
  static int run(String[] arguments) {
    Map<String, String> environment = System.getenv();
    Logging.prepare(environment);
    StandardStreams streams = new StandardStreams(environment);
    int exit;
    try {
      exit = Deployctl.run(services(environment, streams.console()), arguments);
    } finally {
      streams.console().out().flush();
      streams.console().err().flush();
    }
    return streams.end(exit);
  }

  /** Builds what commands need, for a process with this environment. */
  public static Services services(Map<String, String> environment, Console console) {
    Prompts prompts =
        new Prompts(console.terminal().interactive() && environment.get("CI") == null);
    SshFleets fleets = new SshFleets(environment, console, prompts);
    return new Services(
        console,
        new ConfigLoader(environment, () -> LocalUser.current().home()),
        new LocalWorkstation(environment),
        prompts,
        fleets,
        new LocalSsh(fleets));
  }
}
