package dev.deployctl;

import dev.deployctl.cli.Console;
import dev.deployctl.cli.Services;
import java.util.Map;

/** The program's own wiring, for tests of the command line whole. */
public final class RealServices {
  private RealServices() {}

  /** What {@link Main} builds, in this environment. */
  public static Services of(Map<String, String> environment, Console console) {
    return new Wiring(environment, console);
  }
}
