package dev.deployctl.openssh.keys;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the wire format of SSH keys, certificates and agent messages, also of hostile senders. */
final class WireReader {
  /** The bytes are malformed. */
  static final class Malformed extends Exception {
    Malformed(String message) {
      super(message);
    }
  }

  private final byte[] bytes;
  private int position;

  WireReader(byte[] bytes) {
    this.bytes = bytes;
  }

  int remaining() {
    return bytes.length - position;
  }

  int position() {
    return position;
  }

  int octet() throws Malformed {
    need(1);
    return bytes[position++] & 0xff;
  }

  long uint32() throws Malformed {
    need(4);
    long value = 0;
    for (int i = 0; i < 4; i++) {
      value = value << 8 | (bytes[position++] & 0xff);
    }
    return value;
  }

  BigInteger uint64() throws Malformed {
    need(8);
    BigInteger value = new BigInteger(1, Arrays.copyOfRange(bytes, position, position + 8));
    position += 8;
    return value;
  }

  byte[] string() throws Malformed {
    long length = uint32();
    if (length > remaining()) {
      throw new Malformed("a field is longer than the message");
    }
    byte[] value = Arrays.copyOfRange(bytes, position, position + (int) length);
    position += (int) length;
    return value;
  }

  String text() throws Malformed {
    return new String(string(), StandardCharsets.UTF_8);
  }

  BigInteger integer() throws Malformed {
    byte[] value = string();
    return value.length == 0 ? BigInteger.ZERO : new BigInteger(value);
  }

  private void need(int count) throws Malformed {
    if (remaining() < count) {
      throw new Malformed("ends too early");
    }
  }
}
