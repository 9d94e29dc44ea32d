package dev.deployctl.ssh;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import net.schmizz.sshj.common.Buffer;

/**
 * A security key in software: signs as a FIDO authenticator does, so that a real sshd cannot tell
 * it from a token. Its key file holds a handle, as that of a token does, and no secret.
 */
final class SoftwareSecurityKey {
  private static final String APPLICATION = "ssh:";
  private static final int USER_PRESENT = 1;

  /** The names of a key type in OpenSSH and in Java. */
  enum Kind {
    ED25519("sk-ssh-ed25519@openssh.com", "Ed25519"),
    ECDSA("sk-ecdsa-sha2-nistp256@openssh.com", "SHA256withECDSAinP1363Format");

    private final String type;
    private final String signature;

    Kind(String type, String signature) {
      this.type = type;
      this.signature = signature;
    }
  }

  private final Kind kind;
  private final KeyPair pair;
  private final AtomicInteger counter = new AtomicInteger();

  SoftwareSecurityKey(Kind kind) throws GeneralSecurityException {
    this.kind = kind;
    KeyPairGenerator generator =
        KeyPairGenerator.getInstance(kind == Kind.ED25519 ? "Ed25519" : "EC");
    if (kind == Kind.ECDSA) {
      generator.initialize(new ECGenParameterSpec("secp256r1"));
    }
    pair = generator.generateKeyPair();
  }

  /** Returns the encoded public key. */
  byte[] blob() {
    return fields().getCompactData();
  }

  private Buffer.PlainBuffer fields() {
    byte[] encoded = pair.getPublic().getEncoded(); // the key itself stands at the end
    Buffer.PlainBuffer fields = new Buffer.PlainBuffer().putString(kind.type);
    if (kind == Kind.ECDSA) {
      fields.putString("nistp256").putString(last(encoded, 65));
    } else {
      fields.putString(last(encoded, 32));
    }
    return fields.putString(APPLICATION);
  }

  private static byte[] last(byte[] bytes, int count) {
    return Arrays.copyOfRange(bytes, bytes.length - count, bytes.length);
  }

  /**
   * Signs.
   *
   * @param touched whether the key is touched, which the signature records
   * @return the signature in SSH's form: its type, its bytes, the flags and the counter
   */
  byte[] sign(byte[] message, boolean touched) throws GeneralSecurityException {
    byte flags = (byte) (touched ? USER_PRESENT : 0);
    int count = counter.incrementAndGet();
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    Signature signature = Signature.getInstance(kind.signature);
    signature.initSign(pair.getPrivate());
    signature.update(sha.digest(APPLICATION.getBytes(StandardCharsets.UTF_8)));
    signature.update(flags);
    signature.update(new Buffer.PlainBuffer().putUInt32(count).getCompactData());
    signature.update(sha.digest(message));
    return new Buffer.PlainBuffer()
        .putString(kind.type)
        .putString(sshForm(signature.sign()))
        .putByte(flags)
        .putUInt32(count)
        .getCompactData();
  }

  private byte[] sshForm(byte[] raw) {
    if (kind == Kind.ED25519) {
      return raw;
    }
    return new Buffer.PlainBuffer()
        .putMPInt(new BigInteger(1, Arrays.copyOf(raw, 32)))
        .putMPInt(new BigInteger(1, last(raw, 32)))
        .getCompactData();
  }

  /** Writes the files of ssh-keygen for a token: the handle and the public key. */
  Path write(Path file) throws IOException {
    Buffer.PlainBuffer secret = new Buffer.PlainBuffer().putUInt32(7).putUInt32(7);
    secret.putBuffer(fields());
    secret.putByte((byte) USER_PRESENT).putString("handle").putString("").putString("test");
    for (byte pad = 1; secret.available() % 8 != 0; pad++) {
      secret.putByte(pad);
    }
    byte[] content =
        new Buffer.PlainBuffer()
            .putRawBytes("openssh-key-v1\0".getBytes(StandardCharsets.US_ASCII))
            .putString("none")
            .putString("none")
            .putString("")
            .putUInt32(1)
            .putString(blob())
            .putString(secret.getCompactData())
            .getCompactData();
    String base64 = Base64.getMimeEncoder(70, new byte[] {'\n'}).encodeToString(content);
    Files.writeString(
        file,
        "-----BEGIN OPENSSH PRIVATE KEY-----\n" + base64 + "\n-----END OPENSSH PRIVATE KEY-----\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(
        Path.of(file + ".pub"),
        kind.type + " " + Base64.getEncoder().encodeToString(blob()) + " test\n");
    return file;
  }
}
