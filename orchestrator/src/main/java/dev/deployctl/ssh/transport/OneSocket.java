package dev.deployctl.ssh.transport;

import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/** Gives the SSH library a connected socket. */
public final class OneSocket extends SocketFactory {
  private final Socket socket;

  public OneSocket(Socket socket) {
    this.socket = socket;
  }

  @Override
  public Socket createSocket() {
    return socket;
  }

  @Override
  public Socket createSocket(String host, int port) {
    return socket;
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort) {
    return socket;
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    return socket;
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
    return socket;
  }
}
