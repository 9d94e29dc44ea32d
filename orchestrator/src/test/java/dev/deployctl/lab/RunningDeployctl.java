package dev.deployctl.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A running deployctl whose output is read line by line, so that a test can act in between. */
final class RunningDeployctl implements AutoCloseable {
  private static final long LONGEST_SECONDS = 240;

  private final Process process;
  private final String command;
  private final List<String> lines = new ArrayList<>();
  private final List<String> errors = new ArrayList<>();

  /** The lines of both streams, in the order of their arrival. */
  private final List<String> inOrder = new ArrayList<>();

  private final List<Thread> readers = new ArrayList<>();

  private RunningDeployctl(Process process, String command) {
    this.process = process;
    this.command = command;
    readers.add(read(process.inputReader(StandardCharsets.UTF_8), lines));
    readers.add(read(process.errorReader(StandardCharsets.UTF_8), errors));
  }

  static RunningDeployctl start(Workstation laptop, String... arguments) {
    return new RunningDeployctl(
        laptop.start(arguments), "deployctl " + String.join(" ", arguments));
  }

  private Thread read(BufferedReader reader, List<String> into) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try (reader) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                  synchronized (lines) {
                    into.add(line);
                    inOrder.add(line);
                    lines.notifyAll();
                  }
                }
              } catch (IOException ended) {
                // The program was killed or has ended.
              }
            });
  }

  /** Waits for a line with all these texts; fails with the output when the program ends first. */
  void await(String... texts) throws InterruptedException {
    find(0, texts);
  }

  /** Waits for one line, and then for a later one. */
  void awaitAfter(String earlier, String... texts) throws InterruptedException {
    find(find(0, earlier) + 1, texts);
  }

  /** Returns the number of the first line with all these texts, from a number on. */
  private int find(int from, String... texts) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    synchronized (lines) {
      int next = from;
      while (true) {
        for (; next < inOrder.size(); next++) {
          if (List.of(texts).stream().allMatch(inOrder.get(next)::contains)) {
            return next;
          }
        }
        if (readers.stream().noneMatch(Thread::isAlive) || System.nanoTime() > end) {
          throw new AssertionError("no line with " + List.of(texts) + " in\n" + output());
        }
        lines.wait(200);
      }
    }
  }

  String output() {
    synchronized (lines) {
      return "$ " + command + "\n" + String.join("\n", lines) + "\n" + String.join("\n", errors);
    }
  }

  /** Sends a signal to the program. */
  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
  }

  boolean isRunning() {
    return process.isAlive();
  }

  /** Waits for its end. */
  ProgramResult awaitExit() throws InterruptedException {
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("still running:\n" + output());
    }
    for (Thread reader : readers) {
      reader.join();
    }
    synchronized (lines) {
      return new ProgramResult(
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
