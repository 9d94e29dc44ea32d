package dev.deployctl.openssh.keys;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** A key pair for a test, which can also certify other keys. */
public record TestKey(SshPublicKey key, PrivateKey secret) {
  public static TestKey ed25519() {
    KeyPair pair = generate("Ed25519", 0);
    byte[] encoded = pair.getPublic().getEncoded();
    byte[] raw = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    byte[] blob = new WireWriter().string("ssh-ed25519").string(raw).bytes();
    return new TestKey(SshPublicKey.of(blob).orElseThrow(), pair.getPrivate());
  }

  public static TestKey rsa(int bits) {
    KeyPair pair = generate("RSA", bits);
    RSAPublicKey rsa = (RSAPublicKey) pair.getPublic();
    byte[] blob =
        new WireWriter()
            .string("ssh-rsa")
            .string(rsa.getPublicExponent().toByteArray())
            .string(rsa.getModulus().toByteArray())
            .bytes();
    return new TestKey(SshPublicKey.of(blob).orElseThrow(), pair.getPrivate());
  }

  private static KeyPair generate(String algorithm, int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      if (bits > 0) {
        generator.initialize(bits);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The fields of a certificate; the defaults make a valid one for {@code web1}. */
  public record Claims(
      long kind, List<String> principals, Instant after, Instant before, String critical) {
    public static Claims forHost(String... principals) {
      Instant now = Instant.now();
      return new Claims(2, List.of(principals), now.minusSeconds(60), now.plusSeconds(3600), "");
    }
  }

  /** Certifies an ed25519 key. */
  public SshPublicKey certify(SshPublicKey other, Claims claims) {
    try {
      WireReader plain = new WireReader(other.blob());
      plain.string();
      WireWriter principals = new WireWriter();
      claims.principals().forEach(principals::string);
      WireWriter signed =
          new WireWriter()
              .string("ssh-ed25519-cert-v01@openssh.com")
              .string(new byte[32])
              .string(plain.string())
              .uint32(0)
              .uint32(7)
              .uint32(claims.kind())
              .string("test certificate")
              .string(principals.bytes());
      for (Instant time : List.of(claims.after(), claims.before())) {
        signed.uint32(time.getEpochSecond() >> 32).uint32(time.getEpochSecond());
      }
      byte[] options =
          claims.critical().isEmpty()
              ? new byte[0]
              : new WireWriter().string(claims.critical()).string("").bytes();
      signed.string(options).string("").string("").string(key.blob());
      Signature signature =
          Signature.getInstance(key.type().equals("ssh-rsa") ? "SHA512withRSA" : "Ed25519");
      signature.initSign(secret);
      signature.update(signed.bytes());
      String algorithm = key.type().equals("ssh-rsa") ? "rsa-sha2-512" : "ssh-ed25519";
      byte[] blob =
          signed
              .string(new WireWriter().string(algorithm).string(signature.sign()).bytes())
              .bytes();
      return SshPublicKey.of(blob).orElseThrow();
    } catch (GeneralSecurityException | WireReader.Malformed impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
