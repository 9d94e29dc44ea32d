package dev.deployctl.ssh.auth;

import java.io.IOException;

/** Signs with a private key: a key file or the agent. */
@FunctionalInterface
interface Signer {
  /**
   * Signs data.
   *
   * @param algorithm the name of the signature algorithm, such as rsa-sha2-512
   * @return the signature in the format of SSH: its type and its bytes
   */
  byte[] sign(String algorithm, byte[] data) throws IOException;
}
