package dev.deployctl.lab;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A terminal window in which deployctl runs and draws, and which somebody closes. */
final class Window implements AutoCloseable {
  private static final long LONGEST_SECONDS = 120;

  private final Process terminal;
  private final ProcessHandle program;
  private final StringBuilder drawn = new StringBuilder();

  private Window(Process terminal, ProcessHandle program) {
    this.terminal = terminal;
    this.program = program;
    Thread.ofVirtual().start(this::read);
  }

  static Window with(Workstation laptop, String... words) throws InterruptedException {
    Process terminal = laptop.opensTerminal(words);
    long end = end();
    while (terminal.children().findFirst().isEmpty()) {
      if (System.nanoTime() > end || !terminal.isAlive()) {
        throw new AssertionError("no program runs in the terminal");
      }
      Thread.sleep(20);
    }
    return new Window(terminal, terminal.children().findFirst().orElseThrow());
  }

  private void read() {
    try (Reader screen = terminal.inputReader(StandardCharsets.UTF_8)) {
      char[] some = new char[8192];
      for (int read = screen.read(some); read >= 0; read = screen.read(some)) {
        synchronized (drawn) {
          drawn.append(some, 0, read);
        }
      }
    } catch (IOException closed) {
      // With the window, nothing more is seen.
    }
  }

  private String drawn() {
    synchronized (drawn) {
      return drawn.toString();
    }
  }

  /** Waits until something is drawn on one line. */
  void awaits(String regex) throws InterruptedException {
    Pattern wanted = Pattern.compile(regex);
    long end = end();
    while (!wanted.matcher(drawn()).find()) {
      if (System.nanoTime() > end || !program.isAlive()) {
        throw new AssertionError("never seen: " + regex + "\n" + drawn());
      }
      Thread.sleep(20);
    }
  }

  /** The window is gone at once: its program hears HUP, and nobody takes what it writes. */
  void closes() throws InterruptedException {
    terminal.destroyForcibly();
    terminal.waitFor();
  }

  void awaitEndOfProgram() throws InterruptedException {
    long end = end();
    while (program.isAlive()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("still running without a terminal, drawn before:\n" + drawn());
      }
      Thread.sleep(50);
    }
  }

  private static long end() {
    return System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
  }

  @Override
  public void close() {
    program.destroyForcibly();
    terminal.destroyForcibly();
  }
}
