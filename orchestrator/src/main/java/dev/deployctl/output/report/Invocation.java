package dev.deployctl.output.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command that a report is about, so that the commands to go on with carry its options.
 *
 * @param command its name, such as {@code rollout}
 * @param environment the overlay that the user chose, or null
 * @param narrowing the options that chose fewer hosts
 * @param again further options that the same command needs when it is repeated
 */
public record Invocation(
    String command, @Nullable String environment, List<String> narrowing, List<String> again) {
  public Invocation {
    narrowing = List.copyOf(narrowing);
    again = List.copyOf(again);
  }
}
