package dev.deployctl.openssh.config;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The user and machine that deployctl runs on, which tokens such as {@code %u} and {@code ~} refer
 * to.
 *
 * @param home the home directory of the user database, which ssh uses instead of {@code $HOME}
 * @param uid the user's number, looked up only when a configuration needs it
 * @param machine this machine's name, looked up only when a configuration needs it
 */
public record LocalUser(
    String name,
    Path home,
    Map<String, String> environment,
    Supplier<String> uid,
    Supplier<String> machine) {
  private static final Path USERS = Path.of("/etc/passwd");

  public LocalUser {
    environment = Map.copyOf(environment);
  }

  /** Returns the user who runs this program. */
  public static LocalUser current() {
    return new LocalUser(
        System.getProperty("user.name", "nobody"),
        currentHome(),
        System.getenv(),
        LocalUser::currentUid,
        LocalUser::currentMachine);
  }

  /** Java returns {@code ?} where neither the user database nor HOME has it. */
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

  /** Returns whether ssh has the patches of Debian, on which Ubuntu is based. */
  static boolean onDebian() {
    return Files.exists(Path.of("/etc/debian_version"));
  }

  /** Replaces {@code ~} and {@code ~user} at the beginning of a file's name. */
  String expandHome(String text) throws BadConfig {
    if (!text.startsWith("~")) {
      return text;
    }
    int slash = text.indexOf('/');
    String user = slash < 0 ? text.substring(1) : text.substring(1, slash);
    String directory =
        user.isEmpty()
            ? home.toString()
            : homeOf(user).orElseThrow(() -> new BadConfig("there is no user " + user));
    String rest = slash < 0 ? "" : text.substring(slash).replaceFirst("^/+", "");
    return directory.endsWith("/") ? directory + rest : directory + "/" + rest;
  }

  private static Optional<String> homeOf(String user) {
    try {
      return Files.readString(USERS, StandardCharsets.ISO_8859_1)
          .lines()
          .map(line -> line.split(":", -1))
          .filter(fields -> fields.length > 5 && fields[0].equals(user))
          .map(fields -> fields[5])
          .findFirst();
    } catch (IOException noUsers) {
      return Optional.empty();
    }
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
