package dev.deployctl.openssh.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;

/** Whether a file is safe from others, as ssh asks of its configuration. */
final class FilePermissions {
  private FilePermissions() {}

  /** Why a file is not to be trusted; empty when it is. */
  static Optional<String> objection(Path file, LocalUser local) throws IOException {
    PosixFileAttributes attributes;
    try {
      attributes = Files.readAttributes(file, PosixFileAttributes.class);
    } catch (UnsupportedOperationException noPosix) {
      return Optional.empty();
    }
    String owner = attributes.owner().getName();
    if (!owner.equals("root") && !owner.equals(local.name())) {
      return Optional.of("belongs to " + owner + ", so it is not read (chown it)");
    }
    boolean others = attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE);
    boolean group = attributes.permissions().contains(PosixFilePermission.GROUP_WRITE);
    if (others
        || (group && !(LocalUser.onDebian() && isPrivate(attributes.group().getName(), owner)))) {
      return Optional.of("others can write it, so it is not read (chmod go-w it)");
    }
    return Optional.empty();
  }

  /** Debian gives each user a group of their own, and its ssh lets that group write. */
  private static boolean isPrivate(String group, String owner) throws IOException {
    Optional<String[]> entry =
        entries("/etc/group").stream().filter(e -> e.length > 3 && e[0].equals(group)).findFirst();
    if (entry.isEmpty()) {
      return false;
    }
    String number = entry.get()[2];
    String members = entry.get()[3];
    List<String> primary =
        entries("/etc/passwd").stream()
            .filter(e -> e.length > 3 && e[3].equals(number))
            .map(e -> e[0])
            .toList();
    return (members.isEmpty() || members.equals(owner))
        && primary.stream().allMatch(owner::equals)
        && !(members.isEmpty() && primary.isEmpty());
  }

  private static List<String[]> entries(String file) throws IOException {
    return Files.readString(Path.of(file), StandardCharsets.ISO_8859_1)
        .lines()
        .map(line -> line.split(":", -1))
        .toList();
  }
}
