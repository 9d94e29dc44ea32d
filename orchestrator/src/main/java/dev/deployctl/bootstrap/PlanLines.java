package dev.deployctl.bootstrap;

import dev.deployctl.event.HostError;
import dev.deployctl.event.HostErrorKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what {@code packaging/prepare plan} prints: lines of fields that are separated by tabs. */
final class PlanLines {
  final List<String> changes = new ArrayList<>();
  final List<String> notes = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final List<String> remedies = new ArrayList<>();

  PlanLines(String output) {
    for (String line : output.lines().toList()) {
      String[] fields = line.split("\t", 3);
      switch (fields[0]) {
        case "+" -> changes.add(fields[1]);
        case "~" -> notes.add(fields[1]);
        case "!" -> {
          problems.add(fields[1]);
          remedies.add(fields[2]);
        }
        default -> {} // a login script may print something first
      }
    }
  }

  /** Returns why nothing can be done, or null. */
  @Nullable HostError problem() {
    return problems.isEmpty()
        ? null
        : HostErrorKind.UNAVAILABLE.error(
            String.join("; ", problems), "nothing was touched", String.join("; ", remedies));
  }
}
