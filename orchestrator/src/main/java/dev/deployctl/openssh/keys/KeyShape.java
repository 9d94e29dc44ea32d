package dev.deployctl.openssh.keys;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.Arrays;

/** Detects damaged public keys by the rules of OpenSSH's key reader. */
public final class KeyShape {
  private static final int ED25519_LENGTH = 32;
  private static final int SHORTEST_RSA = 1024;
  private static final int POINT_IS_UNCOMPRESSED = 4;

  private KeyShape() {}

  /** Returns whether a key is of a known type and has exactly the fields of that type. */
  public static boolean isWhole(SshPublicKey key) {
    if (key.isCertificate()) {
      return SshCertificate.of(key).isPresent();
    }
    try {
      WireReader reader = new WireReader(key.blob());
      String type = reader.text();
      return fields(type, reader) && reader.remaining() == 0;
    } catch (WireReader.Malformed cut) {
      return false;
    }
  }

  private static boolean fields(String type, WireReader reader) throws WireReader.Malformed {
    return switch (type) {
      case "ssh-ed25519" -> reader.string().length == ED25519_LENGTH;
      case "sk-ssh-ed25519@openssh.com" ->
          reader.string().length == ED25519_LENGTH && reader.string().length > 0;
      case "ssh-rsa" ->
          reader.integer().signum() > 0 && reader.integer().bitLength() >= SHORTEST_RSA;
      case "ssh-dss" -> positive(4, reader);
      case "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521" ->
          point(type.substring("ecdsa-sha2-".length()), reader);
      case "sk-ecdsa-sha2-nistp256@openssh.com" ->
          point("nistp256", reader) && reader.string().length > 0;
      default -> false;
    };
  }

  private static boolean positive(int integers, WireReader reader) throws WireReader.Malformed {
    for (int i = 0; i < integers; i++) {
      if (reader.integer().signum() <= 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean point(String curve, WireReader reader) throws WireReader.Malformed {
    return reader.text().equals(curve) && isOnCurve(curve, reader.string());
  }

  private static boolean isOnCurve(String curve, byte[] point) {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(curve.replace("nistp", "secp") + "r1"));
      ECParameterSpec spec = parameters.getParameterSpec(ECParameterSpec.class);
      BigInteger prime = ((ECFieldFp) spec.getCurve().getField()).getP();
      int half = (prime.bitLength() + Byte.SIZE - 1) / Byte.SIZE;
      if (point.length != 1 + 2 * half || point[0] != POINT_IS_UNCOMPRESSED) {
        return false;
      }
      BigInteger x = new BigInteger(1, Arrays.copyOfRange(point, 1, 1 + half));
      BigInteger y = new BigInteger(1, Arrays.copyOfRange(point, 1 + half, point.length));
      BigInteger right =
          x.pow(3).add(spec.getCurve().getA().multiply(x)).add(spec.getCurve().getB());
      return x.compareTo(prime) < 0
          && y.compareTo(prime) < 0
          && y.pow(2).subtract(right).mod(prime).signum() == 0;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java has the curves of NIST", impossible);
    }
  }
}
