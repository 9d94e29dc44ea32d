package dev.deployctl.lab;

import java.util.ArrayList;
import java.util.List;

/** Command lines of several parts. */
final class Arguments {
  private Arguments() {}

  static String[] of(String line, String... more) {
    List<String> arguments = new ArrayList<>(List.of(line.split(" ")));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }
}
