package dev.deployctl.openssh.knownhosts;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.openssh.keys.SshCertificate;
import dev.deployctl.openssh.keys.SshPublicKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The keys of a RevokedHostKeys file. If the file cannot be read, no key is trusted. */
final class RevokedKeys {
  private static final String BINARY = "SSHKRL\n\0";

  private final Map<SshPublicKey, HostKeyVerdict.Line> keys = new HashMap<>();

  /** Reads a file with one public key in each line. */
  static RevokedKeys read(Path file) {
    String text;
    try {
      text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException unreadable) {
      throw new DeployException(
          FailureKind.CONFIG,
          "RevokedHostKeys " + file + " cannot be read: " + unreadable.getMessage(),
          "neither deployctl nor ssh trusts a host key without it: fix the file, or remove the line"
              + " from ssh_config",
          unreadable);
    }
    if (text.startsWith(BINARY)) {
      throw new DeployException(
          FailureKind.CONFIG,
          "RevokedHostKeys " + file + " is a binary revocation list, which deployctl cannot read",
          "list the revoked keys as text, one public key in each line");
    }
    RevokedKeys revoked = new RevokedKeys();
    List<String> lines = text.lines().toList();
    for (int number = 1; number <= lines.size(); number++) {
      String[] words = lines.get(number - 1).strip().split("\\s+", 3);
      if (words.length >= 2) {
        Optional<SshPublicKey> key = SshPublicKey.of(words[0], words[1]);
        if (key.isPresent()) {
          revoked.keys.put(key.get(), new HostKeyVerdict.Line(file, number, key.get()));
        }
      }
    }
    return revoked;
  }

  /** Returns the line that revokes a key or the authority that certified it. */
  Optional<HostKeyVerdict.Line> line(SshPublicKey offered) {
    Optional<SshPublicKey> authority = SshCertificate.of(offered).map(SshCertificate::authority);
    return Optional.ofNullable(keys.get(offered))
        .or(() -> offered.plain().map(keys::get))
        .or(() -> authority.map(keys::get));
  }
}
