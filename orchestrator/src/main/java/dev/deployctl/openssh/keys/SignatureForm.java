package dev.deployctl.openssh.keys;

import java.io.IOException;
import java.util.Arrays;

/** Converts signatures from Java's format to that of SSH. */
public final class SignatureForm {
  private SignatureForm() {}

  /** Converts a signature of Java and puts its type before it. */
  public static byte[] ssh(String algorithm, byte[] signature) throws IOException {
    byte[] raw = algorithm.startsWith("ecdsa-") ? integers(signature) : signature;
    return new WireWriter().string(algorithm).string(raw).bytes();
  }

  /** Java writes an ECDSA signature as a DER sequence of two integers, SSH as two in a row. */
  private static byte[] integers(byte[] der) throws IOException {
    int at = der.length > 1 && (der[1] & 0x80) != 0 ? 2 + (der[1] & 0x7f) : 2;
    WireWriter writer = new WireWriter();
    for (int i = 0; i < 2; i++) {
      if (at + 2 > der.length || der[at] != 2 || at + 2 + der[at + 1] > der.length) {
        throw new IOException("an ECDSA signature of an unknown form");
      }
      int length = der[at + 1];
      writer.string(Arrays.copyOfRange(der, at + 2, at + 2 + length));
      at += 2 + length;
    }
    return writer.bytes();
  }
}
