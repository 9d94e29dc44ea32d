package dev.deployctl.ssh.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/**
 * A socket made of two streams: a tunnel through another host, or the input and output of a
 * ProxyCommand.
 */
public final class Wire extends Socket {
  /** Closes the source of the streams without waiting. */
  @FunctionalInterface
  public interface Hangup {
    void hangUp();
  }

  private final InputStream in;
  private final OutputStream out;
  private final Hangup hangup;
  private volatile boolean closed;

  public Wire(InputStream in, OutputStream out, Hangup hangup) {
    this.in = in;
    this.out = out;
    this.hangup = hangup;
  }

  @Override
  public InputStream getInputStream() {
    return in;
  }

  @Override
  public OutputStream getOutputStream() {
    return out;
  }

  @Override
  public boolean isConnected() {
    return true;
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public void setSoTimeout(int millis) {
    // The deadline ends reads, not the socket.
  }

  @Override
  public @Nullable InetAddress getInetAddress() {
    return null;
  }

  @Override
  public int getPort() {
    return 0;
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      hangup.hangUp();
      super.close();
    }
  }
}
