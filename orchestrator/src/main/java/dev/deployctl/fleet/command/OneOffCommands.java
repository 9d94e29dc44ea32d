package dev.deployctl.fleet.command;

import dev.deployctl.model.App;
import dev.deployctl.model.CommandLine;
import dev.deployctl.model.ImageRef;
import dev.deployctl.model.LockId;
import dev.deployctl.model.Reason;
import dev.deployctl.model.RolloutId;
import dev.deployctl.model.RunId;
import org.jspecify.annotations.Nullable;

/** Calls of the host script for one-off commands: run, release command, console. */
public final class OneOffCommands {
  private OneOffCommands() {}

  /**
   * Runs the release command of a rollout. Asked again for the same rollout, the host starts no
   * second one.
   *
   * @param fromTag only recorded, for people
   */
  public static HostCommand release(
      App app,
      ImageRef.Digest digest,
      ImageRef.@Nullable Tag fromTag,
      RolloutId rollout,
      LockId lock) {
    return HostCommand.of(HostVerb.RELEASE, app)
        .image(digest)
        .option("from-tag", fromTag)
        .option("rollout", rollout)
        .option("lock", lock);
  }

  /** Runs the check that tells whether the release command has anything to do. */
  public static HostCommand releaseCheck(App app, ImageRef.Digest digest) {
    return HostCommand.of(HostVerb.RELEASE, app).image(digest).flag("check");
  }

  /**
   * Runs a command in a container of its own.
   *
   * @param image another image than that of the live release, or null
   */
  public static HostCommand run(App app, @Nullable ImageRef image, CommandLine line) {
    HostCommand command = HostCommand.of(HostVerb.RUN, app);
    return (image == null ? command : command.image(image)).commandLine(line);
  }

  /** Follows a one-off command that runs, or tells the result of one that has ended. */
  public static HostCommand attach(App app, RunId run) {
    return HostCommand.of(HostVerb.ATTACH, app).option("run", run);
  }

  /**
   * Opens a console, for which the caller provides a terminal.
   *
   * @param line the console; without arguments the first of the definition
   */
  public static HostCommand console(App app, @Nullable Reason reason, CommandLine line) {
    HostCommand command = HostCommand.of(HostVerb.CONSOLE, app).option("reason", reason);
    return line.arguments().isEmpty() ? command : command.commandLine(line);
  }
}
