package dev.deployctl.openssh.config;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Who runs this, and where: what tokens such as {@code %u} and {@code ~} stand for.
 *
 * @param home the home directory of the user database, which is what ssh goes by, not {@code $HOME}
 * @param uid its number, asked for only when a configuration needs it
 * @param machine this machine's name, likewise
 */
public record LocalUser(
    String name,
    Path home,
    Map<String, String> environment,
    Supplier<String> uid,
    Supplier<String> machine) {
  public LocalUser {
    environment = Map.copyOf(environment);
  }

  /** The user who runs this program. */
  public static LocalUser current() {
    return new LocalUser(
        System.getProperty("user.name", "nobody"),
        currentHome(),
        System.getenv(),
        LocalUser::currentUid,
        LocalUser::currentMachine);
  }

  /** Java says {@code ?} where neither the user database nor HOME knows it. */
  private static Path currentHome() {
    String home = System.getProperty("user.home", "?");
    if (!home.startsWith("/")) {
      throw new DeployException(
          FailureKind.CONFIG,
          "the home directory of this user is not known: the user database has no entry for uid "
              + currentUid()
              + ", and HOME is not set; nothing was touched",
          "set HOME to the directory that has .ssh, or add the user to /etc/passwd");
    }
    return Path.of(home);
  }

  /** Whether ssh is the one that Debian and its children have changed a little. */
  static boolean onDebian() {
    return Files.exists(Path.of("/etc/debian_version"));
  }

  private static String currentUid() {
    try {
      return String.valueOf(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException | UnsupportedOperationException notLinux) {
      Path home = Path.of(System.getProperty("user.home", "/"));
      try {
        return String.valueOf(Files.getAttribute(home, "unix:uid"));
      } catch (IOException | UnsupportedOperationException notUnix) {
        return "0";
      }
    }
  }

  private static String currentMachine() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException notLinux) {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException nameless) {
        return "localhost";
      }
    }
  }
}
