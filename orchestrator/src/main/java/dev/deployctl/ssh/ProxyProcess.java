package dev.deployctl.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.List;

/** A ProxyCommand: its input and output are the connection. */
final class ProxyProcess {
  private ProxyProcess() {}

  static Socket start(String command, Attempt attempt) throws IOException {
    String shell = System.getenv().getOrDefault("SHELL", "/bin/sh");
    Process process = new ProcessBuilder(List.of(shell, "-c", "exec " + command)).start();
    Tail said = new Tail();
    Thread.ofVirtual().name("ssh-proxy-stderr").start(() -> drain(process.getErrorStream(), said));
    attempt.explainedBy(() -> said.text().isEmpty() ? "" : "the ProxyCommand says: " + said.text());
    return new Wire(process.getInputStream(), process.getOutputStream(), process::destroy);
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
