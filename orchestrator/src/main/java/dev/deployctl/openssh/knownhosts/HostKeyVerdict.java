package dev.deployctl.openssh.knownhosts;

import dev.deployctl.openssh.keys.SshPublicKey;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** What the user's known_hosts files say of the key that a host offers. */
public sealed interface HostKeyVerdict {
  /** A line that names a key; number 0 for one that was added by this run. */
  record Line(Path file, int number, SshPublicKey key) {
    @Override
    public String toString() {
      return number == 0 ? file.toString() : file + ":" + number;
    }
  }

  /**
   * The key is the host's.
   *
   * @param by the line that says so: the key itself, or the authority that certified it
   */
  record Trusted(Line by) implements HostKeyVerdict {}

  /** No line is about this host. */
  record Unknown(List<Path> files) implements HostKeyVerdict {
    public Unknown {
      files = List.copyOf(files);
    }
  }

  /** The host is known, by other keys. */
  record Changed(List<Line> expected) implements HostKeyVerdict {
    public Changed {
      expected = List.copyOf(expected);
    }

    /** Key types that the host is known by. */
    public List<String> types() {
      return expected.stream()
          .map(line -> line.key().type())
          .distinct()
          .collect(Collectors.toList());
    }
  }

  /** The key, or the authority that certified it, is marked as revoked. */
  record Revoked(Line by) implements HostKeyVerdict {}

  /** The key is an RSA key of fewer bits than RequiredRSASize asks for. */
  record TooShort(int bits, int required) implements HostKeyVerdict {}

  /**
   * A known authority certified the key, but not in a way that holds, and the key alone is not
   * known.
   */
  record BadCertificate(Line authority, String why) implements HostKeyVerdict {}

  default boolean trusted() {
    return this instanceof Trusted;
  }
}
