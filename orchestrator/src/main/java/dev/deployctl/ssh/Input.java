package dev.deployctl.ssh;

import dev.deployctl.ssh.transport.CommandChannel;
import java.io.IOException;
import java.io.OutputStream;

/** The standard input of a command on a host. */
final class Input {
  private Input() {}

  /**
   * Writes the input on a thread of its own, and closes it, so that a command that reads does not
   * wait. A command that ends early does not read all of it.
   */
  static Thread feed(CommandChannel channel, byte[] input) {
    return Thread.ofVirtual().name("ssh-stdin").start(() -> write(channel, input));
  }

  private static void write(CommandChannel channel, byte[] input) {
    try (OutputStream to = channel.getOutputStream()) {
      to.write(input);
    } catch (IOException noReader) {
      // The exit code of the command or the broken connection explains it.
    }
  }
}
