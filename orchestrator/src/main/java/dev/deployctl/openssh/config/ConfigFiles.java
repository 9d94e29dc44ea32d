package dev.deployctl.openssh.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Reads files of ssh_config, each once, whatever the number of hosts it is asked for. */
final class ConfigFiles {
  private final Map<Path, Optional<List<ConfigLine>>> read = new ConcurrentHashMap<>();

  /** The lines of a file that hold a keyword; empty where there is no such file. */
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
      return StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException anotherEncoding) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }
}
