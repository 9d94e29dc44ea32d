package dev.deployctl.ssh;

import dev.deployctl.openssh.config.HostSettings;
import dev.deployctl.openssh.config.SshConfig;
import dev.deployctl.openssh.config.SshConfigQuery;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.List;
import javax.crypto.KeyAgreement;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.Factory;
import net.schmizz.sshj.common.KeyType;
import net.schmizz.sshj.transport.cipher.Cipher;
import org.slf4j.LoggerFactory;

/**
 * Loads and runs once what every connection needs. The first connection of a program spends most of
 * its time on that, and the program mostly has something else to wait for meanwhile.
 */
final class WarmUp {
  private WarmUp() {}

  static void run() {
    try {
      keyExchange();
      signatures();
      ciphers();
      client();
    } catch (GeneralSecurityException | RuntimeException failed) {
      // Whatever is wrong is told by the first connection, with a host's name to it.
      LoggerFactory.getLogger(WarmUp.class).debug("warm-up failed", failed);
    }
  }

  private static void keyExchange() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("X25519");
    KeyPair ours = generator.generateKeyPair();
    KeyAgreement agreement = KeyAgreement.getInstance("X25519");
    agreement.init(ours.getPrivate());
    agreement.doPhase(generator.generateKeyPair().getPublic(), true);
    agreement.generateSecret();
  }

  private static void signatures() throws GeneralSecurityException {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(pair.getPrivate());
    signature.update(new byte[32]);
    byte[] signed = signature.sign();
    signature.initVerify(pair.getPublic());
    signature.update(new byte[32]);
    signature.verify(signed);
    KeyType.fromKey(pair.getPublic());
    new Buffer.PlainBuffer().putPublicKey(pair.getPublic()).getCompactData();
  }

  private static void ciphers() {
    Factory.Named<Cipher> factory = OfferedAlgorithms.CIPHERS.getFirst();
    Cipher cipher = factory.create();
    cipher.init(Cipher.Mode.Encrypt, new byte[cipher.getBlockSize()], new byte[cipher.getIVSize()]);
    cipher.update(new byte[64], 0, 32);
  }

  private static void client() {
    HostSettings nowhere = SshConfig.empty().settings(SshConfigQuery.of("warm-up.invalid"));
    var _ = new SSHClient(Negotiation.config(nowhere, List.of(), new HostKeyOffer()));
  }
}
