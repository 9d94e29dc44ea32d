package dev.deployctl.ssh;

import java.security.Provider;
import java.security.Security;
import net.schmizz.sshj.common.SecurityUtils;

/**
 * The JDK's own cryptography does for nearly every host, and starts much faster than Bouncy Castle.
 * That is loaded only when a key or a cipher is in play which the SSH library asks of it by name.
 */
final class Cryptography {
  private static boolean bouncyCastle;

  static {
    SecurityUtils.setRegisterBouncyCastle(false);
  }

  private Cryptography() {}

  /** To be called before anything else of the SSH library. */
  static void prepare() {
    // The static initializer has done it.
  }

  /** ECDSA and ChaCha20 need it; it comes last, so that all else stays with the JDK. */
  static synchronized void needBouncyCastle() {
    if (bouncyCastle) {
      return;
    }
    try {
      Class<?> type = Class.forName("org.bouncycastle.jce.provider.BouncyCastleProvider");
      Security.addProvider((Provider) type.getDeclaredConstructor().newInstance());
      bouncyCastle = true;
    } catch (ReflectiveOperationException incomplete) {
      throw new IllegalStateException("Bouncy Castle is missing from this program", incomplete);
    }
  }
}
