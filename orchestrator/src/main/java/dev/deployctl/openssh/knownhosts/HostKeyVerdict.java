package dev.deployctl.openssh.knownhosts;

import dev.deployctl.openssh.keys.SshPublicKey;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The verdict of the user's known_hosts files on the key that a host offers. */
public sealed interface HostKeyVerdict {
  /** A line that has a key; number 0 for a line that this run added. */
  record Line(Path file, int number, SshPublicKey key) {
    @Override
    public String toString() {
      return number == 0 ? file.toString() : file + ":" + number;
    }
  }

  /**
   * The key is trusted.
   *
   * @param by the line that has the key, or the authority that certified it
   */
  record Trusted(Line by) implements HostKeyVerdict {}

  /** No line matches this host. */
  record Unknown(List<Path> files) implements HostKeyVerdict {
    public Unknown {
      files = List.copyOf(files);
    }
  }

  /** The host is known with other keys. */
  record Changed(List<Line> expected) implements HostKeyVerdict {
    public Changed {
      expected = List.copyOf(expected);
    }

    /** The types of the known keys. */
    public List<String> types() {
      return expected.stream()
          .map(line -> line.key().type())
          .distinct()
          .collect(Collectors.toList());
    }
  }

  /** The key, or the authority that certified it, is marked as revoked. */
  record Revoked(Line by) implements HostKeyVerdict {}

  /** The key is an RSA key with fewer bits than RequiredRSASize. */
  record TooShort(int bits, int required) implements HostKeyVerdict {}

  /**
   * A known authority certified the key, but the certificate is not valid, and the key alone is not
   * known.
   */
  record BadCertificate(Line authority, String why) implements HostKeyVerdict {}

  default boolean trusted() {
    return this instanceof Trusted;
  }
}
