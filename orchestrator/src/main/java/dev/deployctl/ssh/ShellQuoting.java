package dev.deployctl.ssh;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes a command line for the login shell of the remote user. Every argument is quoted, so the
 * shell interprets nothing in it.
 */
final class ShellQuoting {
  private ShellQuoting() {}

  static String line(List<String> arguments) {
    return arguments.stream().map(ShellQuoting::quote).collect(Collectors.joining(" "));
  }

  private static String quote(String argument) {
    if (argument.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("an argument cannot contain a NUL character");
    }
    return "'" + argument.replace("'", "'\\''") + "'";
  }
}
