package dev.deployctl.fleet.command;

import dev.deployctl.model.App;
import dev.deployctl.model.VariableName;
import dev.deployctl.model.VariableToken;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Calls of the host script that list and change the environment of an app at its source. */
public final class EnvCommands {
  private EnvCommands() {}

  /** Asks for the names of the environment. */
  public static HostCommand list(App app) {
    return HostCommand.of(HostVerb.ENV_LIST, app);
  }

  /**
   * Sets a variable.
   *
   * @param expected the state that it must still be in; null for any
   * @param value sent on standard input, with a NUL behind it so that the host notices if it is cut
   */
  public static HostCommand set(
      App app, VariableName name, @Nullable VariableToken expected, byte[] value) {
    return edit(HostVerb.ENV_SET, app, name, expected)
        .flag("until-nul")
        .reading(Arrays.copyOf(value, value.length + 1));
  }

  /** Removes a variable. */
  public static HostCommand unset(App app, VariableName name, @Nullable VariableToken expected) {
    return edit(HostVerb.ENV_UNSET, app, name, expected);
  }

  /** Asks whether the host would accept this change. Changes nothing. */
  public static HostCommand check(HostCommand edit) {
    return edit.flag("check");
  }

  private static HostCommand edit(
      HostVerb verb, App app, VariableName name, @Nullable VariableToken expected) {
    return HostCommand.of(verb, app).option("name", name).option("expect", expected);
  }
}
