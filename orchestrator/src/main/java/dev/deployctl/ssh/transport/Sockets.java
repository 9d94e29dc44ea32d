package dev.deployctl.ssh.transport;

import dev.deployctl.openssh.config.HostSettings;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Opens TCP connections with the settings of ssh_config. */
public final class Sockets {
  private Sockets() {}

  /** Connects to a host by the first of its addresses that answers. */
  public static Socket connect(HostSettings settings, Attempt attempt) throws IOException {
    attempt.at(Attempt.Stage.RESOLVE);
    List<InetAddress> addresses = resolve(settings);
    attempt.at(Attempt.Stage.CONNECT);
    IOException last = new IOException("no address");
    for (InetAddress address : addresses) {
      try {
        return connect(settings, address, attempt::opened);
      } catch (IOException failed) {
        last = failed;
      }
    }
    throw last;
  }

  /** Returns the addresses to try, in the order of the resolver. */
  private static List<InetAddress> resolve(HostSettings settings) throws UnknownHostException {
    List<InetAddress> addresses =
        Arrays.stream(InetAddress.getAllByName(settings.hostName()))
            .filter(address -> fits(address, settings.addressFamily()))
            .toList();
    if (addresses.isEmpty()) {
      throw new UnknownHostException("no address of the family that AddressFamily selects");
    }
    return addresses;
  }

  private static boolean fits(InetAddress address, HostSettings.AddressFamily family) {
    return switch (family) {
      case ANY -> true;
      case INET -> address instanceof Inet4Address;
      case INET6 -> address instanceof Inet6Address;
    };
  }

  /**
   * Connects to one address.
   *
   * @param opened gets the socket before it connects, to close it when time is up
   */
  private static Socket connect(HostSettings settings, InetAddress address, Consumer<Socket> opened)
      throws IOException {
    Socket socket = new Socket();
    opened.accept(socket);
    try {
      // The packets are small; waiting to fill them would cost 10 % of a connection.
      socket.setTcpNoDelay(true);
      socket.setKeepAlive(settings.tcpKeepAlive());
      Optional<InetAddress> source = source(settings, address);
      if (source.isPresent()) {
        socket.bind(new InetSocketAddress(source.get(), 0));
      }
      socket.connect(new InetSocketAddress(address, settings.port()));
      return socket;
    } catch (IOException | RuntimeException failed) {
      close(socket);
      throw failed;
    }
  }

  private static Optional<InetAddress> source(HostSettings settings, InetAddress to)
      throws IOException {
    if (settings.bindAddress().isPresent()) {
      return Optional.of(InetAddress.getByName(settings.bindAddress().get()));
    }
    if (settings.bindInterface().isEmpty()) {
      return Optional.empty();
    }
    NetworkInterface device = NetworkInterface.getByName(settings.bindInterface().get());
    return Optional.of(
        Optional.ofNullable(device).stream()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> address.getClass().equals(to.getClass()))
            .findFirst()
            .orElseThrow(
                () ->
                    new IOException(
                        "BindInterface " + settings.bindInterface().get() + " has no address")));
  }

  public static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException nothingToSave) {
      // The descriptor is closed in any case.
    }
  }
}
