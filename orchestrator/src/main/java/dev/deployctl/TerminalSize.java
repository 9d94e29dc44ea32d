package dev.deployctl;

import dev.deployctl.output.terminal.Terminal;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The size of the terminal while something is drawn on it. The terminal is asked at the first call
 * and after each change of its window; where the JVM passes no such signal on, once a second.
 */
final class TerminalSize implements Supplier<Optional<Terminal.Size>> {
  private static final long SECOND = 1_000_000_000;

  private final Supplier<Optional<Terminal.Size>> terminal;
  private final Watch watch;
  private final LongSupplier clock;
  private final AtomicBoolean changed = new AtomicBoolean();
  private Optional<Terminal.Size> known = Optional.empty();
  private boolean begun;
  private boolean told;
  private long asked;

  /** Calls back at each change of the window. */
  @FunctionalInterface
  interface Watch {
    /** Returns whether changes will be reported. */
    boolean begin(Runnable changed);
  }

  /**
   * @param terminal asks the terminal, which takes a process
   * @param clock nanoseconds
   */
  TerminalSize(Supplier<Optional<Terminal.Size>> terminal, Watch watch, LongSupplier clock) {
    this.terminal = terminal;
    this.watch = watch;
    this.clock = clock;
  }

  /** Returns a size that follows the signal of a changed window. */
  static TerminalSize bySignal(Supplier<Optional<Terminal.Size>> terminal) {
    return new TerminalSize(
        terminal, changed -> Signals.on("WINCH", changed).isPresent(), System::nanoTime);
  }

  @Override
  public synchronized Optional<Terminal.Size> get() {
    long now = clock.getAsLong();
    boolean first = !begun;
    if (first) {
      begun = true;
      told = watch.begin(() -> changed.set(true));
    }
    boolean due = !told && now - asked >= SECOND;
    // The flag is lowered before the terminal is asked: a change in between asks once more.
    if (changed.getAndSet(false) || first || due) {
      asked = now;
      known = terminal.get();
    }
    return known;
  }
}
