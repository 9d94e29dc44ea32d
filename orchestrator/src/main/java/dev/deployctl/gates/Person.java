package dev.deployctl.gates;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Asks the person at the terminal: the port of question gates. */
@FunctionalInterface
public interface Person {
  /** Asks for a line and waits for it. Returns null when none came in time, or the input ended. */
  @Nullable String answer(String question, Duration limit) throws InterruptedException;
}
