package dev.deployctl.ssh.auth;

import dev.deployctl.openssh.keys.SignatureForm;
import dev.deployctl.ssh.algorithms.Ed25519Signatures;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Optional;

/** Signs with a private key of the JDK. */
final class Signatures {
  private Signatures() {}

  /** Returns the signature in the format of SSH: its type and its bytes. */
  static byte[] sign(PrivateKey key, String algorithm, byte[] data) throws IOException {
    String name =
        switch (algorithm) {
          case "ssh-ed25519" -> "Ed25519";
          case "rsa-sha2-512" -> "SHA512withRSA";
          case "rsa-sha2-256" -> "SHA256withRSA";
          case "ssh-rsa" -> "SHA1withRSA";
          case "ecdsa-sha2-nistp256" -> "SHA256withECDSA";
          case "ecdsa-sha2-nistp384" -> "SHA384withECDSA";
          case "ecdsa-sha2-nistp521" -> "SHA512withECDSA";
          default ->
              throw new IOException("keys of type " + algorithm + " work only through the agent");
        };
    if (algorithm.equals("ssh-ed25519")) {
      Optional<byte[]> signed = Ed25519Signatures.sign(key, data);
      if (signed.isPresent()) {
        return SignatureForm.ssh(algorithm, signed.get());
      }
    }
    try {
      Signature signature = Signature.getInstance(name);
      signature.initSign(key);
      signature.update(data);
      return SignatureForm.ssh(algorithm, signature.sign());
    } catch (GeneralSecurityException failed) {
      throw new IOException("signing failed: " + failed.getMessage(), failed);
    }
  }
}
