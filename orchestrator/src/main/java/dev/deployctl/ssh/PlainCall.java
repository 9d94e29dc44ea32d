package dev.deployctl.ssh;

import dev.deployctl.fleet.HostShell;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import net.schmizz.sshj.common.SSHException;

/** One command that is given something to read, and whose output is wanted as it is. */
final class PlainCall {
  private static final int MOST_OUTPUT = 64 * 1024;

  private final CommandChannel channel;
  private final Tail stderr = new Tail();

  PlainCall(CommandChannel channel) {
    this.channel = channel;
  }

  void start(String command) throws SSHException {
    channel.exec(command);
  }

  HostShell.Output finish(byte[] input) throws IOException, InterruptedException {
    Thread errors = Thread.ofVirtual().name("ssh-stderr").start(this::drain);
    Thread writer = Thread.ofVirtual().name("ssh-stdin").start(() -> feed(input));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      byte[] bytes = new byte[4096];
      InputStream in = channel.getInputStream();
      for (int n = in.read(bytes); n > 0; n = in.read(bytes)) {
        out.write(bytes, 0, Math.min(n, MOST_OUTPUT - out.size()));
      }
      channel.awaitEnd();
      errors.join();
      Integer exit = channel.getExitStatus();
      if (exit == null) {
        throw new IOException("it ended without telling how");
      }
      return new HostShell.Output(exit, out.toString(StandardCharsets.UTF_8), stderr.text());
    } catch (IOException failed) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while a host was at work");
      }
      throw failed;
    } finally {
      channel.leave();
      writer.interrupt();
    }
  }

  /** A command that ends early does not read to the end; its exit code says why. */
  private void feed(byte[] input) {
    try (OutputStream to = channel.getOutputStream()) {
      to.write(input);
    } catch (IOException noReader) {
      // Told by the command's exit code, or by the broken connection.
    }
  }

  private void drain() {
    byte[] bytes = new byte[4096];
    InputStream in = channel.getErrorStream();
    try {
      for (int n = in.read(bytes); n > 0; n = in.read(bytes)) {
        stderr.add(bytes, n);
      }
    } catch (IOException broken) {
      // The reader of standard output is told as well, and says so.
    }
  }
}
