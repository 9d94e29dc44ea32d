package dev.deployctl.ssh;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A TCP server that does not follow the SSH protocol. */
final class NonSshServer implements AutoCloseable {
  /** Handles a connection. */
  @FunctionalInterface
  interface Manners {
    void meet(Socket socket) throws IOException, InterruptedException;
  }

  private final ServerSocket server;
  private final List<Socket> accepted = new CopyOnWriteArrayList<>();

  NonSshServer(Manners manners) throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().name("rude").start(() -> accept(manners));
  }

  private void accept(Manners manners) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        accepted.add(socket);
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    manners.meet(socket);
                  } catch (IOException | InterruptedException brokenOff) {
                    // The client may have closed the connection.
                  }
                });
      } catch (IOException closed) {
        return;
      }
    }
  }

  int port() {
    return server.getLocalPort();
  }

  int connections() {
    return accepted.size();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : accepted) {
      socket.close();
    }
  }
}
