package dev.deployctl.openssh.config;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Matches the addresses of this machine against networks in CIDR notation. */
final class Networks {
  /** A network: an address and the length of its prefix in bits. */
  private static final class Network {
    private final byte[] address;
    private final int bits;

    Network(byte[] address, int bits) {
      this.address = address;
      this.bits = bits;
    }

    int bits() {
      return bits;
    }

    boolean holds(byte[] other) {
      if (other.length != address.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        if (bit(other, bit) != bit(address, bit)) {
          return false;
        }
      }
      return true;
    }

    boolean hasBitsAfterPrefix() {
      for (int bit = bits; bit < address.length * Byte.SIZE; bit++) {
        if (bit(address, bit) != 0) {
          return true;
        }
      }
      return false;
    }

    private static int bit(byte[] bytes, int bit) {
      return bytes[bit / Byte.SIZE] >> (Byte.SIZE - 1 - bit % Byte.SIZE) & 1;
    }
  }

  private Networks() {}

  /** Returns whether an active interface of this machine has an address in one of the networks. */
  static boolean holdLocalAddress(String list) throws BadConfig {
    List<Network> networks = new ArrayList<>();
    for (String network : list.split(",", -1)) {
      networks.add(network(network));
    }
    try (Stream<NetworkInterface> interfaces = NetworkInterface.networkInterfaces()) {
      return interfaces
          .filter(Networks::isUp)
          .flatMap(NetworkInterface::inetAddresses)
          .map(InetAddress::getAddress)
          .anyMatch(address -> networks.stream().anyMatch(network -> network.holds(address)));
    } catch (SocketException unknown) {
      throw new BadConfig(
          "match localnetwork: the addresses of this machine cannot be read: "
              + unknown.getMessage());
    }
  }

  private static boolean isUp(NetworkInterface device) {
    try {
      return device.isUp();
    } catch (SocketException removed) {
      return false;
    }
  }

  private static Network network(String text) throws BadConfig {
    String[] parts = text.split("/", 2);
    boolean literal =
        parts[0].indexOf(':') >= 0
            ? parts[0].matches("[0-9a-fA-F:.]+")
            : parts[0].matches("[0-9]{1,3}([.][0-9]{1,3}){3}");
    if (!literal) {
      throw wrong(text);
    }
    try {
      byte[] address = InetAddress.getByName(parts[0]).getAddress();
      int most = address.length * Byte.SIZE;
      if (parts.length > 1 && !parts[1].matches("[0-9]{1,3}")) {
        throw wrong(text);
      }
      Network network = new Network(address, parts.length > 1 ? Integer.parseInt(parts[1]) : most);
      if (network.bits() > most || network.hasBitsAfterPrefix()) {
        throw wrong(text);
      }
      return network;
    } catch (UnknownHostException notAnAddress) {
      throw wrong(text);
    }
  }

  private static BadConfig wrong(String text) {
    return new BadConfig(
        "match localnetwork takes networks such as 10.0.0.0/8, not '" + text + "'");
  }
}
