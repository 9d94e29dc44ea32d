package dev.deployctl.openssh.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Replaces {@code ~} and {@code ~user} at the beginning of a file's name. */
final class UserHomes {
  private static final Path USERS = Path.of("/etc/passwd");

  private UserHomes() {}

  static String expand(String text, LocalUser local) throws BadConfig {
    if (!text.startsWith("~")) {
      return text;
    }
    int slash = text.indexOf('/');
    String user = slash < 0 ? text.substring(1) : text.substring(1, slash);
    String home =
        user.isEmpty()
            ? local.home().toString()
            : home(user).orElseThrow(() -> new BadConfig("there is no user " + user));
    String rest = slash < 0 ? "" : text.substring(slash).replaceFirst("^/+", "");
    return home.endsWith("/") ? home + rest : home + "/" + rest;
  }

  private static Optional<String> home(String user) {
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
}
