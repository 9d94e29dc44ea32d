package dev.deployctl.ssh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A real ssh-agent for a test. */
final class RealAgent implements AutoCloseable {
  private final Path socket;
  private final Process process;

  private RealAgent(Path socket, Process process) {
    this.socket = socket;
    this.process = process;
  }

  static RealAgent start(Path directory) throws IOException, InterruptedException {
    Path socket = directory.resolve("agent.sock");
    Process process =
        new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    for (int turn = 0; turn < 200 && !Files.exists(socket); turn++) {
      Thread.sleep(10);
    }
    return new RealAgent(socket, process);
  }

  Path socket() {
    return socket;
  }

  void add(Path key) throws IOException, InterruptedException {
    RealSshd.run(
        List.of(
            "env", "SSH_AUTH_SOCK=" + socket, "SSH_ASKPASS=/bin/false", "ssh-add", key.toString()));
  }

  @Override
  public void close() {
    process.destroy();
  }
}
