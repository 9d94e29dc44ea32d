package dev.deployctl.cli;

import dev.deployctl.fleet.LockTerms;
import dev.deployctl.model.LockId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How to hold the app against others while hosts are changed. */
final class LockOptions {
  @Option(
      names = "--lock-wait",
      paramLabel = "TIME",
      defaultValue = "0s",
      description = "How long to wait while somebody else holds the app.")
  Duration wait;

  @Option(
      names = "--lock-expiry",
      paramLabel = "TIME",
      defaultValue = "90s",
      description =
          "How long the lock outlives a crash of this program; renewed three times in that time"
              + " (default: 90s).")
  Duration expiry = LockTerms.EXPIRY;

  @Option(
      names = "--lock",
      paramLabel = "ID",
      description = "A lock of yours that holds the app, as deployctl lock has told it.")
  @Nullable LockId held;

  LockTerms terms(String reason) {
    return new LockTerms(reason, wait, expiry);
  }
}
