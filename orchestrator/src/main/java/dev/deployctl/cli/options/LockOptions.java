package dev.deployctl.cli.options;

import dev.deployctl.cli.help.Advanced;
import dev.deployctl.fleet.LockTerms;
import dev.deployctl.model.LockId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The terms of the app's lock while hosts are changed. */
public final class LockOptions {
  @Advanced
  @Option(
      names = "--lock-wait",
      paramLabel = "TIME",
      description = "Wait this long while somebody else holds the app's lock (default: 0s).")
  Duration wait = Duration.ZERO;

  @Advanced
  @Option(
      names = "--lock-expiry",
      paramLabel = "TIME",
      description =
          "Let the lock outlive a crash of this program by TIME; it is renewed three times in that"
              + " time (default: 90s).")
  Duration expiry = LockTerms.EXPIRY;

  @Advanced
  @Option(
      names = "--lock",
      paramLabel = "ID",
      description = "Use a lock that you hold, with the ID that deployctl lock printed.")
  public @Nullable LockId held;

  public LockTerms terms(String reason) {
    return new LockTerms(reason, wait, expiry);
  }
}
