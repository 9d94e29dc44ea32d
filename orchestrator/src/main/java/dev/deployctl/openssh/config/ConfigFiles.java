package dev.deployctl.openssh.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Reads files of ssh_config, each once for all hosts, and checks who can write them. */
final class ConfigFiles {
  private final Map<Path, Optional<List<ConfigLine>>> read = new ConcurrentHashMap<>();

  /** Returns the lines of a file that hold a keyword; empty where the file does not exist. */
  Optional<List<ConfigLine>> lines(Path file) throws IOException {
    Optional<List<ConfigLine>> known = read.get(file);
    if (known == null) {
      known = load(file);
      read.put(file, known);
    }
    return known;
  }

  private static Optional<List<ConfigLine>> load(Path file) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    }
    List<ConfigLine> lines = new ArrayList<>();
    int number = 0;
    for (String text : decode(bytes).split("\n", -1)) {
      number++;
      ConfigLine.read(file, number, text).ifPresent(lines::add);
    }
    return Optional.of(List.copyOf(lines));
  }

  private static String decode(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException anotherEncoding) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }

  /** Returns why ssh would refuse to read a file; empty where only its user can write it. */
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

  /** Debian gives each user a group of their own, and its ssh accepts files writable by it. */
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
