package dev.deployctl.openssh.config;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Converts numeric addresses to the canonical form that ssh uses. */
final class NumericAddress {
  private NumericAddress() {}

  /** Returns whether a name can only be an address. */
  static boolean looksLike(String name) {
    return name.indexOf('%') >= 0 || name.indexOf(':') >= 0 || name.matches("[0-9.]*");
  }

  /** Returns the canonical form of an address: 127.1 becomes 127.0.0.1. Empty for names. */
  static Optional<String> canonical(String name) {
    return name.indexOf(':') >= 0 ? version6(name) : version4(name);
  }

  /** Parses up to four decimal, octal or hexadecimal numbers; the last has the remaining bytes. */
  private static Optional<String> version4(String name) {
    String[] parts = name.split("\\.", -1);
    if (parts.length > 4) {
      return Optional.empty();
    }
    long address = 0;
    for (int i = 0; i < parts.length; i++) {
      Optional<Long> number = number(parts[i]);
      int bits = i == parts.length - 1 ? 8 * (5 - parts.length) : 8;
      if (number.isEmpty() || number.get() >= 1L << bits) {
        return Optional.empty();
      }
      address = address << bits | number.get();
    }
    return Optional.of(
        (address >> 24)
            + "."
            + (address >> 16 & 255)
            + "."
            + (address >> 8 & 255)
            + "."
            + (address & 255));
  }

  private static Optional<Long> number(String text) {
    try {
      if (text.matches("0[xX][0-9a-fA-F]{1,8}")) {
        return Optional.of(Long.valueOf(text.substring(2), 16));
      }
      if (text.matches("0[0-7]{1,12}")) {
        return Optional.of(Long.valueOf(text, 8));
      }
      return text.matches("0|[1-9][0-9]{0,9}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
    } catch (NumberFormatException tooLong) {
      return Optional.empty();
    }
  }

  private static Optional<String> version6(String name) {
    int percent = name.indexOf('%');
    String bare = percent < 0 ? name : name.substring(0, percent);
    if (!bare.matches("[0-9a-fA-F:.]+")) {
      return Optional.empty();
    }
    try {
      InetAddress address = InetAddress.getByName("[" + bare + "]");
      String scope = percent < 0 ? "" : name.substring(percent);
      return address instanceof Inet6Address six
          ? Optional.of(shortest(six.getAddress()) + scope)
          : Optional.of("::ffff:" + address.getHostAddress() + scope);
    } catch (UnknownHostException noAddress) {
      return Optional.empty();
    }
  }

  /** Replaces the longest run of zeros by two colons. */
  private static String shortest(byte[] bytes) {
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (bytes[2 * i] & 255) << 8 | (bytes[2 * i + 1] & 255);
    }
    int best = -1;
    int length = 1;
    for (int from = 0; from < 8; from++) {
      int to = from;
      while (to < 8 && groups[to] == 0) {
        to++;
      }
      if (to - from > length) {
        best = from;
        length = to - from;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == best) {
        text.append("::");
        i += length - 1;
      } else {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }
}
