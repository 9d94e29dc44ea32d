package dev.deployctl.ssh.algorithms;

import java.security.Provider;
import java.security.Security;
import net.schmizz.sshj.common.SecurityUtils;

/**
 * Loads Bouncy Castle only for keys and ciphers that the SSH library requests from it by name. The
 * JDK's own cryptography is enough for nearly every host and loads much faster.
 */
public final class Cryptography {
  private static boolean bouncyCastle;

  static {
    SecurityUtils.setRegisterBouncyCastle(false);
  }

  private Cryptography() {}

  /** Prepares the SSH library. Must be called before anything else of it. */
  public static void prepare() {
    // The static initializer does it.
  }

  /** Registers Bouncy Castle as the last provider, so that the JDK does everything else. */
  public static synchronized void needBouncyCastle() {
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
