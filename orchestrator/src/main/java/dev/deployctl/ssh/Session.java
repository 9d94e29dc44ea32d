package dev.deployctl.ssh;

import dev.deployctl.ssh.connect.SshConnection;
import dev.deployctl.ssh.transport.CommandChannel;

/**
 * An open session and the connection that carries it.
 *
 * @param done runs when the session has ended
 */
record Session(SshConnection connection, CommandChannel channel, Runnable done)
    implements AutoCloseable {
  @Override
  public void close() {
    channel.leave();
    done.run();
  }
}
