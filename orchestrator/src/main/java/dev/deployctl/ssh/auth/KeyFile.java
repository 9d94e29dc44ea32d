package dev.deployctl.ssh.auth;

import com.hierynomus.sshj.userauth.keyprovider.OpenSSHKeyV1KeyFile;
import dev.deployctl.openssh.keys.PrivateKeyText;
import dev.deployctl.openssh.keys.SshPublicKey;
import dev.deployctl.ssh.algorithms.Cryptography;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.util.Optional;
import java.util.Set;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.SSHRuntimeException;
import net.schmizz.sshj.userauth.keyprovider.BaseFileKeyProvider;
import net.schmizz.sshj.userauth.keyprovider.PKCS8KeyFile;
import net.schmizz.sshj.userauth.password.PasswordFinder;
import net.schmizz.sshj.userauth.password.Resource;
import org.jspecify.annotations.Nullable;

/** A private key file, read once, and decrypted once when the key is first used. */
final class KeyFile implements Signer {
  private static final Set<PosixFilePermission> OTHERS =
      PosixFilePermissions.fromString("---rwxrwx");

  private final Path path;
  private final PrivateKeyText text;
  private final Optional<PassphrasePrompt> prompt;
  private @Nullable KeyPair pair;
  private @Nullable IOException failure;

  private KeyFile(Path path, PrivateKeyText text, Optional<PassphrasePrompt> prompt) {
    this.path = path;
    this.text = text;
    this.prompt = prompt;
  }

  static KeyFile read(Path path, Optional<PassphrasePrompt> prompt) throws IOException {
    Optional<String> objection = objection(path);
    if (objection.isPresent()) {
      throw new IOException(objection.get());
    }
    String content = Files.readString(path, StandardCharsets.ISO_8859_1);
    PrivateKeyText text = PrivateKeyText.read(content);
    if (text.form() == PrivateKeyText.Form.NONE) {
      throw new IOException("it has no private key");
    }
    return new KeyFile(path, text, prompt);
  }

  /** Returns why a key is not used: as with ssh, others must not be able to read it. */
  private static Optional<String> objection(Path path) throws IOException {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
      boolean mine =
          Files.getOwner(path).getName().equals(System.getProperty("user.name", "nobody"));
      return mine && permissions.stream().anyMatch(OTHERS::contains)
          ? Optional.of("others can read it, so it is not used (chmod 600 " + path + ")")
          : Optional.empty();
    } catch (UnsupportedOperationException noPosix) {
      return Optional.empty();
    }
  }

  boolean encrypted() {
    return text.encrypted();
  }

  /** Returns the public key where it is readable without a passphrase. */
  Optional<SshPublicKey> publicKey() throws IOException {
    if (text.publicKey().isPresent()) {
      return text.publicKey();
    }
    return text.encrypted() && pair == null
        ? Optional.empty()
        : SshPublicKey.of(
            new Buffer.PlainBuffer().putPublicKey(pair().getPublic()).getCompactData());
  }

  /** Returns the public key; asks for the passphrase if necessary. */
  SshPublicKey publicKeyAskingIfNecessary() throws IOException {
    pair();
    return publicKey().orElseThrow(() -> new IOException("its public key cannot be determined"));
  }

  @Override
  public byte[] sign(String algorithm, byte[] data) throws IOException {
    PrivateKey key = pair().getPrivate();
    return Signatures.sign(key, algorithm, data);
  }

  private synchronized KeyPair pair() throws IOException {
    if (failure != null) {
      throw failure;
    }
    if (pair == null) {
      try {
        pair = decode();
      } catch (IOException failed) {
        failure = failed;
        throw failed;
      }
    }
    return pair;
  }

  private KeyPair decode() throws IOException {
    if (text.needsBouncyCastle()) {
      Cryptography.needBouncyCastle();
    }
    BaseFileKeyProvider reader =
        text.form() == PrivateKeyText.Form.OPENSSH ? new OpenSSHKeyV1KeyFile() : new PKCS8KeyFile();
    Passphrase passphrase = text.encrypted() ? new Passphrase(ask()) : null;
    try {
      reader.init(new StringReader(text.content()), passphrase);
      return new KeyPair(reader.getPublic(), reader.getPrivate());
    } catch (IOException | SSHRuntimeException | IllegalStateException unreadable) {
      if (passphrase != null) {
        throw new IOException("the passphrase is wrong", unreadable);
      }
      throw new IOException("it cannot be read: " + unreadable.getMessage(), unreadable);
    }
  }

  private char[] ask() throws IOException {
    char[] answer = prompt.isPresent() ? prompt.get().ask(path) : null;
    if (answer == null) {
      throw new IOException("it needs a passphrase (add it to the agent: ssh-add " + path + ")");
    }
    return answer;
  }

  /** Supplies one passphrase; the reader overwrites it after use. */
  private static final class Passphrase implements PasswordFinder {
    private final char[] answer;

    Passphrase(char[] answer) {
      this.answer = answer;
    }

    @Override
    public char[] reqPassword(@Nullable Resource<?> resource) {
      return answer;
    }

    @Override
    public boolean shouldRetry(Resource<?> resource) {
      return false;
    }
  }
}
