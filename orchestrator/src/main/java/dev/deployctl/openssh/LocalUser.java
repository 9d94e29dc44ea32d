package dev.deployctl.openssh;

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
        Path.of(System.getProperty("user.home", "/")),
        System.getenv(),
        LocalUser::currentUid,
        LocalUser::currentMachine);
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
