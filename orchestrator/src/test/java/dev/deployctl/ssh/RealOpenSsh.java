package dev.deployctl.ssh;

import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Files;
import org.junit.jupiter.api.Assumptions;

/** Whether the real OpenSSH can be tested against on this machine. */
final class RealOpenSsh {
  private RealOpenSsh() {}

  /** Skips the test loudly, or fails it where the real thing is required. */
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
