package dev.deployctl.ssh.algorithms;

import net.schmizz.sshj.common.Factory;
import net.schmizz.sshj.common.SSHRuntimeException;
import net.schmizz.sshj.transport.mac.MAC;

/**
 * The name of a message authentication code that deployctl does not have. Servers negotiate one
 * even for ciphers that authenticate by themselves and use none.
 */
record UmacName(String name) implements Factory.Named<MAC> {
  @Override
  public String getName() {
    return name;
  }

  /** Fails, because the cipher needs the code. */
  @Override
  public MAC create() {
    throw new SSHRuntimeException(
        "the host offers "
            + name
            + " with a cipher that needs it, and deployctl does not have UMAC: allow an"
            + " hmac-sha2 MAC, or an AES-GCM or ChaCha20 cipher, in the host's sshd_config");
  }
}
