package dev.deployctl.cli.options;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of commands that change hosts one after another: rollout, restart and rollback. */
public final class ChangeOptions {
  @Mixin public final ReconnectOptions reconnect = new ReconnectOptions();
  @Mixin public final LockOptions locking = new LockOptions();
  @Mixin public final ConfirmOptions confirmation = new ConfirmOptions();
  @Mixin public final ReportOptions report = new ReportOptions();

  @Option(names = "--dry-run", description = "Show the plan, and change nothing.")
  public boolean dryRun;

  /** Returns the options of a command that only plans. */
  public static ChangeOptions dryRun() {
    ChangeOptions options = new ChangeOptions();
    options.dryRun = true;
    return options;
  }
}
