package dev.deployctl.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A deployctl that runs, and whose lines are read as they come: so a test acts at the moment. */
final class Rolling implements AutoCloseable {
  private static final long LONGEST_SECONDS = 240;

  private final Process process;
  private final String command;
  private final List<String> lines = new ArrayList<>();
  private final List<String> errors = new ArrayList<>();

  /** Both streams, in the order in which they came. */
  private final List<String> heard = new ArrayList<>();

  private final List<Thread> readers = new ArrayList<>();

  private Rolling(Process process, String command) {
    this.process = process;
    this.command = command;
    readers.add(read(process.inputReader(StandardCharsets.UTF_8), lines));
    readers.add(read(process.errorReader(StandardCharsets.UTF_8), errors));
  }

  static Rolling start(Workstation laptop, String... words) {
    return new Rolling(laptop.starts(words), "deployctl " + String.join(" ", words));
  }

  private Thread read(BufferedReader reader, List<String> into) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try (reader) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                  synchronized (lines) {
                    into.add(line);
                    heard.add(line);
                    lines.notifyAll();
                  }
                }
              } catch (IOException ended) {
                // The program was killed, or its last words are told.
              }
            });
  }

  /**
   * Waits for a line with all these words; fails with what was said when the program ends first.
   */
  void await(String... words) throws InterruptedException {
    find(0, words);
  }

  /** Waits for one line, and then for another that comes after it. */
  void awaitAfter(String earlier, String... words) throws InterruptedException {
    find(find(0, earlier) + 1, words);
  }

  /** Which line it is that has all these words, of this one and those that come after it. */
  private int find(int from, String... words) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    synchronized (lines) {
      int next = from;
      while (true) {
        for (; next < heard.size(); next++) {
          if (List.of(words).stream().allMatch(heard.get(next)::contains)) {
            return next;
          }
        }
        if (readers.stream().noneMatch(Thread::isAlive) || System.nanoTime() > end) {
          throw new AssertionError("no line with " + List.of(words) + " in\n" + said());
        }
        lines.wait(200);
      }
    }
  }

  String said() {
    synchronized (lines) {
      return "$ " + command + "\n" + String.join("\n", lines) + "\n" + String.join("\n", errors);
    }
  }

  /** Sends a signal to the program itself, as a terminal would. */
  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
  }

  boolean runs() {
    return process.isAlive();
  }

  /** Waits for its end. */
  Finished ends() throws InterruptedException {
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("still running:\n" + said());
    }
    for (Thread reader : readers) {
      reader.join();
    }
    synchronized (lines) {
      return new Finished(
          command,
          process.exitValue(),
          String.join("\n", lines) + "\n",
          String.join("\n", errors) + "\n");
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
