package dev.deployctl.lab;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A terminal in which deployctl runs, and which the test closes. */
final class TerminalWindow implements AutoCloseable {
  private static final long LONGEST_SECONDS = 120;

  private final Process terminal;
  private final ProcessHandle program;
  private final StringBuilder drawn = new StringBuilder();

  /** Whether all output has been read. */
  private volatile boolean ended;

  private TerminalWindow(Process terminal, ProcessHandle program) {
    this.terminal = terminal;
    this.program = program;
    Thread.ofVirtual().start(this::read);
  }

  static TerminalWindow start(Workstation laptop, String... arguments) throws InterruptedException {
    Process terminal = laptop.startInTerminal(arguments);
    long end = end();
    while (terminal.children().findFirst().isEmpty()) {
      if (System.nanoTime() > end || !terminal.isAlive()) {
        throw new AssertionError("no program runs in the terminal");
      }
      Thread.sleep(20);
    }
    return new TerminalWindow(terminal, terminal.children().findFirst().orElseThrow());
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
      // The terminal was closed.
    } finally {
      ended = true;
    }
  }

  private String drawn() {
    synchronized (drawn) {
      return drawn.toString();
    }
  }

  /** Types on the keyboard. */
  void type(String keys) throws IOException {
    Writer keyboard = terminal.outputWriter(StandardCharsets.UTF_8);
    keyboard.write(keys);
    keyboard.flush();
  }

  /** Waits until one line of the output matches. */
  void awaitOutput(String regex) throws InterruptedException {
    Pattern wanted = Pattern.compile(regex);
    long end = end();
    while (true) {
      boolean last = ended;
      if (wanted.matcher(drawn()).find()) {
        return;
      }
      if (System.nanoTime() > end || last) {
        throw new AssertionError("never seen: " + regex + "\n" + drawn());
      }
      Thread.sleep(20);
    }
  }

  /** Closes the terminal: the program receives HUP, and its writes fail. */
  void closeWindow() throws InterruptedException {
    terminal.destroyForcibly();
    terminal.waitFor();
  }

  void awaitProgramExit() throws InterruptedException {
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
