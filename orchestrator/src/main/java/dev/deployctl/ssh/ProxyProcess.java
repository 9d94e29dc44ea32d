package dev.deployctl.ssh;

import java.io.IOException;
import java.net.Socket;
import java.util.List;

/** A ProxyCommand: its input and output are the connection. */
final class ProxyProcess {
  private ProxyProcess() {}

  static Socket start(String command) throws IOException {
    String shell = System.getenv().getOrDefault("SHELL", "/bin/sh");
    Process process =
        new ProcessBuilder(List.of(shell, "-c", "exec " + command))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new Wire(process.getInputStream(), process.getOutputStream(), process::destroy);
  }
}
