package dev.deployctl.ssh;

import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Files;
import org.junit.jupiter.api.Assumptions;

/** Checks that OpenSSH is installed. */
final class RealOpenSsh {
  private RealOpenSsh() {}

  /** Skips the test with a notice, or fails it where OpenSSH is required. */
  static void required() {
    if (Files.isExecutable(RealSshd.PROGRAM)) {
      return;
    }
    String notice =
        "SKIPPED: the tests against OpenSSH need " + RealSshd.PROGRAM + ", which is not installed";
    if (Boolean.getBoolean("deployctl.require.real")) {
      fail(notice);
    }
    System.err.println(notice);
    Assumptions.abort(notice);
  }
}
