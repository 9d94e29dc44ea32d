package dev.deployctl.ssh;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes a command for the login shell of the remote user. Each word is quoted once, whatever it
 * holds, so the shell has nothing to interpret.
 */
final class ShellWords {
  private ShellWords() {}

  static String line(List<String> words) {
    return words.stream().map(ShellWords::quote).collect(Collectors.joining(" "));
  }

  private static String quote(String word) {
    if (word.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a word of a command cannot hold a NUL character");
    }
    return "'" + word.replace("'", "'\\''") + "'";
  }
}
