package dev.deployctl.openssh.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Returns the files that match a shell pattern, sorted. */
final class FileGlob {
  private FileGlob() {}

  static List<Path> expand(String pattern) throws BadConfig {
    List<Path> found = List.of(Path.of("/"));
    for (String part : pattern.split("/+", -1)) {
      if (part.isEmpty()) {
        continue;
      }
      found = found.stream().flatMap(directory -> step(directory, part)).toList();
    }
    return found;
  }

  private static Stream<Path> step(Path directory, String part) {
    if (!part.matches(".*[*?\\[\\\\].*")) {
      Path file = directory.resolve(part);
      return Files.exists(file) ? Stream.of(file) : Stream.empty();
    }
    if (!Files.isDirectory(directory)) {
      return Stream.empty();
    }
    Pattern regex = Pattern.compile(regex(part), Pattern.DOTALL);
    boolean hidden = part.startsWith(".");
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(entry -> hidden || !entry.getFileName().toString().startsWith("."))
          .filter(entry -> regex.matcher(entry.getFileName().toString()).matches())
          .sorted((a, b) -> a.getFileName().toString().compareTo(b.getFileName().toString()))
          .toList()
          .stream();
    } catch (IOException | UncheckedIOException unreadable) {
      return Stream.empty();
    }
  }

  private static String regex(String glob) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      int close = c == '[' ? glob.indexOf(']', i + 2) : -1;
      if (c == '*') {
        regex.append(".*");
      } else if (c == '?') {
        regex.append('.');
      } else if (close > 0) {
        String set = glob.substring(i + 1, close);
        boolean negated = set.startsWith("!") || set.startsWith("^");
        String members = negated ? set.substring(1) : set;
        regex.append(negated ? "[^" : "[").append(members.replaceAll("([\\[\\]\\\\^&])", "\\\\$1"));
        regex.append(']');
        i = close;
      } else {
        if (c == '\\' && i + 1 < glob.length()) {
          c = glob.charAt(++i);
        }
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return regex.toString();
  }
}
