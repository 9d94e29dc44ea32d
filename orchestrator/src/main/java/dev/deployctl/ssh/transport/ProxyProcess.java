package dev.deployctl.ssh.transport;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a ProxyCommand, whose input and output are the connection. */
public final class ProxyProcess {
  private static final long LAST_OUTPUT_MILLIS = 200;

  private ProxyProcess() {}

  public static Socket start(String command, Attempt attempt) throws IOException {
    String shell = System.getenv().getOrDefault("SHELL", "/bin/sh");
    Process process = new ProcessBuilder(List.of(shell, "-c", "exec " + command)).start();
    Tail output = new Tail();
    Thread drain =
        Thread.ofVirtual()
            .name("ssh-proxy-stderr")
            .start(() -> output.drain(process.getErrorStream()));
    attempt.explainedBy(() -> explanation(process, drain, output));
    return new Wire(process.getInputStream(), process.getOutputStream(), () -> end(process, drain));
  }

  private static String explanation(Process process, Thread drain, Tail output) {
    awaitOutput(process, drain);
    return output.text().isEmpty() ? "" : "the ProxyCommand reports: " + output.text();
  }

  private static void end(Process process, Thread drain) {
    // Destroying the process closes its streams, so its last output is read first.
    awaitOutput(process, drain);
    process.destroy();
  }

  /** Waits for the last output of a command that closed the connection and is about to end. */
  private static void awaitOutput(Process process, Thread drain) {
    try {
      if (process.waitFor(LAST_OUTPUT_MILLIS, TimeUnit.MILLISECONDS)) {
        drain.join(Duration.ofMillis(LAST_OUTPUT_MILLIS));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
