package dev.deployctl.ssh;

import dev.deployctl.fleet.HostShell;
import dev.deployctl.ssh.transport.CommandChannel;
import dev.deployctl.ssh.transport.Tail;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import net.schmizz.sshj.common.SSHException;

/** Runs one command with input and returns its output as it is. */
final class PlainCall {
  private static final int MAX_OUTPUT = 64 * 1024;

  private final CommandChannel channel;
  private final Tail stderr = new Tail();

  PlainCall(CommandChannel channel) {
    this.channel = channel;
  }

  void start(String command) throws SSHException {
    channel.exec(command);
  }

  HostShell.Output finish(byte[] input) throws IOException, InterruptedException {
    Thread errors =
        Thread.ofVirtual().name("ssh-stderr").start(() -> stderr.drain(channel.getErrorStream()));
    Thread writer = Input.feed(channel, input);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      byte[] bytes = new byte[4096];
      InputStream in = channel.getInputStream();
      for (int n = in.read(bytes); n > 0; n = in.read(bytes)) {
        out.write(bytes, 0, Math.min(n, MAX_OUTPUT - out.size()));
      }
      channel.awaitEnd();
      errors.join();
      Integer exit = channel.getExitStatus();
      if (exit == null) {
        throw new IOException("it ended without an exit code");
      }
      return new HostShell.Output(exit, out.toString(StandardCharsets.UTF_8), stderr.text());
    } catch (IOException failed) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while a command ran");
      }
      throw failed;
    } finally {
      channel.leave();
      writer.interrupt();
    }
  }
}
