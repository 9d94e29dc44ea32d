package dev.deployctl.openssh.knownhosts;

import dev.deployctl.openssh.config.Patterns;
import dev.deployctl.openssh.keys.KeyShape;
import dev.deployctl.openssh.keys.SshPublicKey;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** One line of a known_hosts file: the names, the key, and the marker. */
public record KnownHostsLine(Marker marker, Names names, HostKeyVerdict.Line line) {
  /** The marker of a line. */
  enum Marker {
    HOST_KEY,
    AUTHORITY,
    REVOKED
  }

  /** The names that a line matches. */
  sealed interface Names {
    /** Names without wildcards, lower case. */
    record Plain(List<String> names) implements Names {}

    /** A list with wildcards or exclusions. */
    record Listed(String patterns) implements Names {}

    /** One name, salted and hashed. */
    final class Hashed implements Names {
      private final byte[] salt;
      private final byte[] hash;

      Hashed(byte[] salt, byte[] hash) {
        this.salt = salt;
        this.hash = hash;
      }

      boolean is(String name) {
        return MessageDigest.isEqual(hmac(salt, name), hash);
      }
    }
  }

  private static final int SHA1_LENGTH = 20;
  private static final int BASE64_UNIT = 4;
  private static final String HASH_MAGIC = "|1|";

  SshPublicKey key() {
    return line.key();
  }

  boolean holdsFor(String name) {
    return switch (names) {
      case Names.Plain plain -> plain.names().contains(name);
      case Names.Listed listed -> Patterns.list(name, listed.patterns()) == Patterns.Match.YES;
      case Names.Hashed hashed -> hashed.is(name);
    };
  }

  /**
   * Reads one line.
   *
   * @return empty for comments and malformed lines
   */
  public static Optional<KnownHostsLine> read(Path file, int number, String text) {
    List<String> words = words(text);
    if (words.isEmpty() || words.getFirst().startsWith("#")) {
      return Optional.empty();
    }
    Marker marker =
        switch (words.getFirst()) {
          case "@cert-authority" -> Marker.AUTHORITY;
          case "@revoked" -> Marker.REVOKED;
          default -> Marker.HOST_KEY;
        };
    List<String> rest = marker == Marker.HOST_KEY ? words : words.subList(1, words.size());
    if (rest.size() < 3 || rest.getFirst().startsWith("@")) {
      return Optional.empty();
    }
    Optional<Names> names = names(rest.get(0));
    Optional<SshPublicKey> key = SshPublicKey.of(rest.get(1), rest.get(2));
    if (names.isEmpty() || key.isEmpty() || !KeyShape.isWhole(key.get())) {
      return Optional.empty(); // a line cut short names no key
    }
    if (marker != Marker.REVOKED && rest.get(2).length() % BASE64_UNIT != 0) {
      return Optional.empty(); // without its padding it is no key for ssh either
    }
    return Optional.of(
        new KnownHostsLine(marker, names.get(), new HostKeyVerdict.Line(file, number, key.get())));
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.split("[ \t\r]+", 6)).filter(word -> !word.isEmpty()).toList();
  }

  private static Optional<Names> names(String text) {
    if (text.startsWith("|")) {
      return hashed(text);
    }
    String lower = Patterns.lower(text);
    if (Patterns.isPattern(lower) || lower.indexOf('!') >= 0) {
      return Optional.of(new Names.Listed(lower));
    }
    return Optional.of(new Names.Plain(List.of(lower.split(","))));
  }

  private static Optional<Names> hashed(String text) {
    String[] parts = text.substring(1).split("\\|", -1);
    if (!text.startsWith(HASH_MAGIC) || parts.length != 3) {
      return Optional.empty();
    }
    try {
      byte[] salt = Base64.getDecoder().decode(parts[1]);
      byte[] hash = Base64.getDecoder().decode(parts[2]);
      return salt.length == SHA1_LENGTH && hash.length == SHA1_LENGTH
          ? Optional.of(new Names.Hashed(salt, hash))
          : Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  /** Hashes a name as OpenSSH does. */
  static byte[] hmac(byte[] salt, String name) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(salt, "HmacSHA1"));
      return mac.doFinal(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java has HmacSHA1", impossible);
    }
  }
}
