package dev.deployctl;

import dev.deployctl.fleet.LocalTerminal;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The terminal of this process in raw mode. A small shell beside this process restores it when this
 * process closes its input, which the system does for a process that was killed.
 */
final class RawTerminal implements LocalTerminal {
  /** Waits for the end of its input, then restores the terminal, also from the background. */
  private static final String GUARD =
      "trap '' HUP INT QUIT TERM TTOU; cat >/dev/null; stty \"$1\" </dev/tty";

  private final String type;
  private final Process guard;
  private final Thread atExit = new Thread(this::restore, "restore-terminal");
  private Optional<Runnable> watch = Optional.empty();

  private RawTerminal(String type, Process guard) {
    this.type = type;
    this.guard = guard;
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** Switches the terminal to raw mode. */
  static RawTerminal open(Map<String, String> environment) {
    try {
      String saved = stty("-g").strip();
      Process guard =
          new ProcessBuilder("sh", "-c", GUARD, "sh", saved)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      RawTerminal terminal = new RawTerminal(environment.getOrDefault("TERM", "xterm"), guard);
      stty("raw", "-echo");
      return terminal;
    } catch (IOException notThere) {
      throw new DeployException(
          FailureKind.USAGE,
          "a console needs a terminal: " + notThere.getMessage(),
          "deployctl run runs a command without one");
    }
  }

  private static String stty(String... words) throws IOException {
    List<String> command = new java.util.ArrayList<>(List.of("stty"));
    command.addAll(List.of(words));
    Process stty =
        new ProcessBuilder(command).redirectInput(ProcessBuilder.Redirect.INHERIT).start();
    String out = new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(stty.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (stty.waitFor() != 0) {
        throw new IOException(err.strip());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
    return out;
  }

  @Override
  public String type() {
    return type;
  }

  @Override
  public Size size() {
    try {
      String[] words = stty("size").strip().split(" ", -1);
      return new Size(Integer.parseInt(words[1]), Integer.parseInt(words[0]));
    } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException unknown) {
      return new Size(80, 24);
    }
  }

  @Override
  public InputStream input() {
    return new FileInputStream(FileDescriptor.in);
  }

  @Override
  public OutputStream output() {
    return new FileOutputStream(FileDescriptor.out);
  }

  @Override
  public void onResize(Consumer<Size> listener) {
    watch = Signals.on("WINCH", () -> listener.accept(size()));
  }

  @Override
  public void close() {
    watch.ifPresent(Runnable::run);
    restore();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException exiting) {
      // The hook runs already.
    }
  }

  private void restore() {
    try {
      guard.getOutputStream().close();
      guard.waitFor();
    } catch (IOException ended) {
      // The guard has ended, and has restored the terminal.
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
