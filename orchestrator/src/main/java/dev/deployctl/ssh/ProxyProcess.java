package dev.deployctl.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A ProxyCommand: its input and output are the connection. */
final class ProxyProcess {
  private static final long LAST_WORDS_MILLIS = 200;

  private ProxyProcess() {}

  static Socket start(String command, Attempt attempt) throws IOException {
    String shell = System.getenv().getOrDefault("SHELL", "/bin/sh");
    Process process = new ProcessBuilder(List.of(shell, "-c", "exec " + command)).start();
    Tail said = new Tail();
    Thread drain =
        Thread.ofVirtual()
            .name("ssh-proxy-stderr")
            .start(() -> drain(process.getErrorStream(), said));
    attempt.explainedBy(() -> explanation(process, drain, said));
    return new Wire(process.getInputStream(), process.getOutputStream(), () -> end(process, drain));
  }

  private static String explanation(Process process, Thread drain, Tail said) {
    hearOut(process, drain);
    return said.text().isEmpty() ? "" : "the ProxyCommand says: " + said.text();
  }

  private static void end(Process process, Thread drain) {
    // Ending a process closes its streams, and what it said last would be lost with them.
    hearOut(process, drain);
    process.destroy();
  }

  /** A command that hung up is about to end, and often says why just before. */
  private static void hearOut(Process process, Thread drain) {
    try {
      if (process.waitFor(LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS)) {
        drain.join(Duration.ofMillis(LAST_WORDS_MILLIS));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void drain(InputStream in, Tail said) {
    byte[] bytes = new byte[1024];
    try (in) {
      for (int n = in.read(bytes); n > 0; n = in.read(bytes)) {
        said.add(bytes, n);
      }
    } catch (IOException ended) {
      // The connection ends with it.
    }
  }
}
