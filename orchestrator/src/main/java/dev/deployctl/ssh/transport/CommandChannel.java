package dev.deployctl.ssh.transport;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import net.schmizz.sshj.common.SSHException;
import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.connection.Connection;
import net.schmizz.sshj.connection.ConnectionException;
import net.schmizz.sshj.connection.channel.ChannelInputStream;
import net.schmizz.sshj.connection.channel.direct.SessionChannel;
import net.schmizz.sshj.transport.TransportException;

/**
 * A session that can be closed at once, without waiting for the host and without an effect on the
 * others of the same connection. It also detects the end of its command while a child of the
 * command keeps the streams open.
 */
public final class CommandChannel extends SessionChannel {
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Object receiving = new Object();
  private volatile boolean left;
  private volatile long lastData = System.nanoTime();

  public CommandChannel(Connection connection) {
    super(connection, StandardCharsets.UTF_8);
  }

  /** Waits until the host has reported the end of the command, or the connection broke. */
  public void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /** Returns whether the command has ended, or the channel or its connection was closed. */
  public boolean hasEnded() {
    return ended.getCount() == 0;
  }

  public long quietNanos() {
    return System.nanoTime() - lastData;
  }

  /** Ends both streams for their readers and closes the channel; returns at once. */
  public void leave() {
    synchronized (receiving) {
      if (left) {
        return;
      }
      left = true;
      end(getInputStream());
      end(getErrorStream());
    }
    ended.countDown();
    Thread.ofVirtual()
        .name("ssh-leave")
        .start(
            () -> {
              try {
                if (rwin != null) { // otherwise it was never opened
                  sendClose();
                }
              } catch (TransportException broken) {
                // The channel is closed with its connection.
              }
            });
  }

  private static void end(InputStream stream) {
    if (stream instanceof ChannelInputStream channelStream) {
      channelStream.eof();
    }
  }

  @Override
  protected void receiveInto(ChannelInputStream stream, SSHPacket packet) throws SSHException {
    lastData = System.nanoTime();
    synchronized (receiving) {
      if (!left) { // the library would treat data after the end as a protocol error
        super.receiveInto(stream, packet);
      }
    }
  }

  @Override
  public void handleRequest(String request, SSHPacket packet)
      throws ConnectionException, TransportException {
    super.handleRequest(request, packet);
    if (request.equals("exit-status") || request.equals("exit-signal")) {
      ended.countDown();
    }
  }

  @Override
  public void notifyError(SSHException error) {
    super.notifyError(error);
    ended.countDown();
  }

  @Override
  protected void finishOff() {
    super.finishOff();
    ended.countDown();
  }
}
