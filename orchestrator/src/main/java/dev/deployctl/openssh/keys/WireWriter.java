package dev.deployctl.openssh.keys;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the wire format of SSH keys and agent messages. */
public final class WireWriter {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  WireWriter octet(int value) {
    bytes.write(value);
    return this;
  }

  WireWriter uint32(long value) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      bytes.write((int) (value >> shift));
    }
    return this;
  }

  public WireWriter string(byte[] value) {
    uint32(value.length);
    bytes.writeBytes(value);
    return this;
  }

  public WireWriter string(String value) {
    return string(value.getBytes(StandardCharsets.UTF_8));
  }

  public byte[] bytes() {
    return bytes.toByteArray();
  }
}
