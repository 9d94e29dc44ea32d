package dev.deployctl.inventory.aws;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.function.Supplier;
import org.apache.http.HttpHost;
import org.apache.http.conn.socket.LayeredConnectionSocketFactory;
import org.apache.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/** TLS that is prepared with its first connection: an endpoint without may redirect to one with. */
final class LateTls implements LayeredConnectionSocketFactory {
  private final Supplier<LayeredConnectionSocketFactory> maker;
  private @Nullable LayeredConnectionSocketFactory made;

  LateTls(Supplier<LayeredConnectionSocketFactory> maker) {
    this.maker = maker;
  }

  private synchronized LayeredConnectionSocketFactory made() {
    LayeredConnectionSocketFactory known = made;
    if (known == null) {
      known = maker.get();
      made = known;
    }
    return known;
  }

  @Override
  public Socket createSocket(HttpContext context) throws IOException {
    return made().createSocket(context);
  }

  @Override
  public Socket connectSocket(
      int timeout,
      Socket socket,
      HttpHost host,
      InetSocketAddress remote,
      InetSocketAddress local,
      HttpContext context)
      throws IOException {
    return made().connectSocket(timeout, socket, host, remote, local, context);
  }

  @Override
  public Socket createLayeredSocket(Socket socket, String target, int port, HttpContext context)
      throws IOException {
    return made().createLayeredSocket(socket, target, port, context);
  }
}
