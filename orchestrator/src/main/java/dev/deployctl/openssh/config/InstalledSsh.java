package dev.deployctl.openssh.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The installed ssh, whose version {@code Match version} refers to. */
final class InstalledSsh {
  /** The version that is assumed where ssh is not installed. */
  private static final String REFERENCE = "OpenSSH_9.2";

  private static final int TIMEOUT_SECONDS = 5;

  /** Runs ssh once, and only if a configuration needs it. */
  private static final class Holder {
    private static final String VERSION = ask();
  }

  private InstalledSsh() {}

  /** Returns the version as ssh reports it, such as {@code OpenSSH_10.0p2 Debian-7}. */
  static String version() {
    return Holder.VERSION;
  }

  private static String ask() {
    try {
      Process ssh = new ProcessBuilder(List.of("ssh", "-V")).redirectErrorStream(true).start();
      try {
        ssh.getOutputStream().close();
        byte[] said = ssh.getInputStream().readNBytes(1024);
        boolean ended = ssh.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        return ended && ssh.exitValue() == 0
            ? read(new String(said, StandardCharsets.UTF_8))
            : REFERENCE;
      } finally {
        ssh.destroy();
      }
    } catch (IOException notInstalled) {
      return REFERENCE;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return REFERENCE;
    }
  }

  /** Extracts the version from a line such as {@code OpenSSH_9.2p1 Debian-2, OpenSSL 3.0.19}. */
  static String read(String line) {
    String version = line.split("[,\\r\\n]", 2)[0].strip();
    return version.startsWith("OpenSSH_") ? version : REFERENCE;
  }
}
