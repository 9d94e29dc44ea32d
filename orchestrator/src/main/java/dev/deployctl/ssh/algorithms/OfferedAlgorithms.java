package dev.deployctl.ssh.algorithms;

import com.hierynomus.sshj.key.KeyAlgorithm;
import com.hierynomus.sshj.key.KeyAlgorithms;
import com.hierynomus.sshj.transport.cipher.BlockCiphers;
import com.hierynomus.sshj.transport.cipher.ChachaPolyCiphers;
import com.hierynomus.sshj.transport.cipher.GcmCiphers;
import com.hierynomus.sshj.transport.kex.DHGroups;
import com.hierynomus.sshj.transport.mac.Macs;
import java.util.List;
import net.schmizz.sshj.common.Factory;
import net.schmizz.sshj.common.KeyType;
import net.schmizz.sshj.signature.SignatureRSA;
import net.schmizz.sshj.transport.cipher.Cipher;
import net.schmizz.sshj.transport.digest.SHA256;
import net.schmizz.sshj.transport.digest.SHA512;
import net.schmizz.sshj.transport.kex.DHGexSHA1;
import net.schmizz.sshj.transport.kex.DHGexSHA256;
import net.schmizz.sshj.transport.kex.ECDHNistP;
import net.schmizz.sshj.transport.kex.KeyExchange;
import net.schmizz.sshj.transport.mac.MAC;

/** The algorithms of deployctl, fast and safe ones first. */
public final class OfferedAlgorithms {
  public static final List<Factory.Named<KeyExchange>> KEY_EXCHANGES =
      List.of(
          CurveExchange.factory("curve25519-sha256"),
          CurveExchange.factory("curve25519-sha256@libssh.org"),
          new ECDHNistP.Factory256(),
          new ECDHNistP.Factory384(),
          new ECDHNistP.Factory521(),
          DHGroups.Group16SHA512(),
          DHGroups.Group18SHA512(),
          new DHGexSHA256.Factory(),
          DHGroups.Group14SHA256(),
          sntrup("sntrup761x25519-sha512@openssh.com"));

  /** Names of OpenSSH 9.9 and newer. They come last because the others load faster. */
  static final List<Factory.Named<KeyExchange>> NEWER_KEY_EXCHANGES =
      List.of(
          HybridExchange.factory("mlkem768x25519-sha256", SHA256::new, MlKem768::generate),
          sntrup("sntrup761x25519-sha512"));

  /** With SHA-1: offered only if ssh_config names them. */
  static final List<Factory.Named<KeyExchange>> OLD_KEY_EXCHANGES =
      List.of(DHGroups.Group14SHA1(), new DHGexSHA1.Factory(), DHGroups.Group1SHA1());

  public static final List<Factory.Named<Cipher>> CIPHERS =
      List.of(
          GcmCiphers.AES128GCM(),
          GcmCiphers.AES256GCM(),
          // Before those that need a MAC, because a server may have only UMAC.
          withBouncyCastle(ChachaPolyCiphers.CHACHA_POLY_OPENSSH()),
          BlockCiphers.AES128CTR(),
          BlockCiphers.AES192CTR(),
          BlockCiphers.AES256CTR());

  public static final List<Factory.Named<MAC>> MACS =
      List.of(
          Macs.HMACSHA2256Etm(),
          Macs.HMACSHA2512Etm(),
          Macs.HMACSHA2256(),
          Macs.HMACSHA2512(),
          Macs.HMACSHA1Etm(),
          Macs.HMACSHA1());

  /** Offered for ciphers that use no MAC. */
  static final List<Factory.Named<MAC>> UNUSED_MACS =
      List.of(
          new UmacName("umac-128-etm@openssh.com"),
          new UmacName("umac-64-etm@openssh.com"),
          new UmacName("umac-128@openssh.com"),
          new UmacName("umac-64@openssh.com"));

  /** In the order of ssh: certificates before plain keys. */
  static final List<Factory.Named<KeyAlgorithm>> HOST_KEYS =
      List.of(
          ed25519(KeyType.ED25519_CERT),
          withBouncyCastle(KeyAlgorithms.ECDSASHANistp256CertV01()),
          withBouncyCastle(KeyAlgorithms.ECDSASHANistp384CertV01()),
          withBouncyCastle(KeyAlgorithms.ECDSASHANistp521CertV01()),
          new KeyAlgorithms.Factory(
              "rsa-sha2-512-cert-v01@openssh.com",
              new SignatureRSA.FactoryRSASHA512(),
              KeyType.RSA_CERT),
          new KeyAlgorithms.Factory(
              "rsa-sha2-256-cert-v01@openssh.com",
              new SignatureRSA.FactoryRSASHA256(),
              KeyType.RSA_CERT),
          ed25519(KeyType.ED25519),
          withBouncyCastle(KeyAlgorithms.ECDSASHANistp256()),
          withBouncyCastle(KeyAlgorithms.ECDSASHANistp384()),
          withBouncyCastle(KeyAlgorithms.ECDSASHANistp521()),
          KeyAlgorithms.RSASHA512(),
          KeyAlgorithms.RSASHA256());

  /** With SHA-1: offered only if ssh_config names them. */
  static final List<Factory.Named<KeyAlgorithm>> OLD_HOST_KEYS =
      List.of(KeyAlgorithms.SSHRSACertV01(), KeyAlgorithms.SSHRSA());

  private OfferedAlgorithms() {}

  private static Factory.Named<KeyExchange> sntrup(String name) {
    // A method reference would load Bouncy Castle's classes for it.
    return HybridExchange.factory(name, SHA512::new, () -> Sntrup761.generate());
  }

  private static Factory.Named<KeyAlgorithm> ed25519(KeyType type) {
    return new KeyAlgorithms.Factory(type.toString(), Ed25519Signatures.checks(), type);
  }

  public static <T> List<String> names(List<Factory.Named<T>> factories) {
    return factories.stream().map(Factory.Named::getName).toList();
  }

  /** Returns a factory that registers Bouncy Castle when it is used. */
  private static <T> Factory.Named<T> withBouncyCastle(Factory.Named<T> factory) {
    return new Factory.Named<>() {
      @Override
      public String getName() {
        return factory.getName();
      }

      @Override
      public T create() {
        Cryptography.needBouncyCastle();
        return factory.create();
      }
    };
  }
}
