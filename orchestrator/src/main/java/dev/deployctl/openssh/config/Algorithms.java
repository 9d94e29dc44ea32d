package dev.deployctl.openssh.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The algorithms of one kind that OpenSSH knows, and the lists of them that ssh_config holds:
 * names, patterns, and +, - or ^ before them.
 *
 * @param known every name that ssh_config may hold, in the order in which patterns find them
 * @param defaults the algorithms that ssh uses where no list is given, in order of preference
 * @param patterns whether a list may hold patterns without a leading -
 */
public record Algorithms(List<String> known, List<String> defaults, boolean patterns) {
  public Algorithms {
    known = List.copyOf(known);
    defaults = List.copyOf(defaults);
  }

  private static final String KNOWN_KEYS =
      "ssh-ed25519 ssh-ed25519-cert-v01@openssh.com sk-ssh-ed25519@openssh.com"
          + " sk-ssh-ed25519-cert-v01@openssh.com ecdsa-sha2-nistp256"
          + " ecdsa-sha2-nistp256-cert-v01@openssh.com ecdsa-sha2-nistp384"
          + " ecdsa-sha2-nistp384-cert-v01@openssh.com ecdsa-sha2-nistp521"
          + " ecdsa-sha2-nistp521-cert-v01@openssh.com sk-ecdsa-sha2-nistp256@openssh.com"
          + " sk-ecdsa-sha2-nistp256-cert-v01@openssh.com"
          + " webauthn-sk-ecdsa-sha2-nistp256@openssh.com ssh-dss ssh-dss-cert-v01@openssh.com"
          + " ssh-rsa ssh-rsa-cert-v01@openssh.com rsa-sha2-256 rsa-sha2-256-cert-v01@openssh.com"
          + " rsa-sha2-512 rsa-sha2-512-cert-v01@openssh.com";
  private static final String PLAIN_KEYS =
      "ssh-ed25519 ecdsa-sha2-nistp256 ecdsa-sha2-nistp384 ecdsa-sha2-nistp521"
          + " sk-ssh-ed25519@openssh.com sk-ecdsa-sha2-nistp256@openssh.com rsa-sha2-512"
          + " rsa-sha2-256";
  private static final String CERTIFICATES =
      "ssh-ed25519-cert-v01@openssh.com ecdsa-sha2-nistp256-cert-v01@openssh.com"
          + " ecdsa-sha2-nistp384-cert-v01@openssh.com ecdsa-sha2-nistp521-cert-v01@openssh.com"
          + " sk-ssh-ed25519-cert-v01@openssh.com sk-ecdsa-sha2-nistp256-cert-v01@openssh.com"
          + " rsa-sha2-512-cert-v01@openssh.com rsa-sha2-256-cert-v01@openssh.com";

  // Names of OpenSSH 9.2 with its preferences, and names that newer versions added.
  private static final Algorithms CIPHERS =
      of(
          "3des-cbc aes128-cbc aes192-cbc aes256-cbc aes128-ctr aes192-ctr aes256-ctr"
              + " aes128-gcm@openssh.com aes256-gcm@openssh.com chacha20-poly1305@openssh.com",
          "chacha20-poly1305@openssh.com aes128-ctr aes192-ctr aes256-ctr"
              + " aes128-gcm@openssh.com aes256-gcm@openssh.com",
          false);

  private static final Algorithms MACS =
      of(
          "hmac-sha1 hmac-sha1-96 hmac-sha2-256 hmac-sha2-512 hmac-md5 hmac-md5-96"
              + " umac-64@openssh.com umac-128@openssh.com hmac-sha1-etm@openssh.com"
              + " hmac-sha1-96-etm@openssh.com hmac-sha2-256-etm@openssh.com"
              + " hmac-sha2-512-etm@openssh.com hmac-md5-etm@openssh.com"
              + " hmac-md5-96-etm@openssh.com umac-64-etm@openssh.com"
              + " umac-128-etm@openssh.com",
          "umac-64-etm@openssh.com umac-128-etm@openssh.com hmac-sha2-256-etm@openssh.com"
              + " hmac-sha2-512-etm@openssh.com hmac-sha1-etm@openssh.com umac-64@openssh.com"
              + " umac-128@openssh.com hmac-sha2-256 hmac-sha2-512 hmac-sha1",
          false);

  private static final Algorithms KEY_EXCHANGES =
      of(
          "diffie-hellman-group1-sha1 diffie-hellman-group14-sha1"
              + " diffie-hellman-group14-sha256 diffie-hellman-group16-sha512"
              + " diffie-hellman-group18-sha512 diffie-hellman-group-exchange-sha1"
              + " diffie-hellman-group-exchange-sha256 ecdh-sha2-nistp256 ecdh-sha2-nistp384"
              + " ecdh-sha2-nistp521 curve25519-sha256 curve25519-sha256@libssh.org"
              + " sntrup761x25519-sha512 sntrup761x25519-sha512@openssh.com"
              + " mlkem768x25519-sha256",
          "sntrup761x25519-sha512 sntrup761x25519-sha512@openssh.com curve25519-sha256"
              + " curve25519-sha256@libssh.org ecdh-sha2-nistp256 ecdh-sha2-nistp384"
              + " ecdh-sha2-nistp521 diffie-hellman-group-exchange-sha256"
              + " diffie-hellman-group16-sha512 diffie-hellman-group18-sha512"
              + " diffie-hellman-group14-sha256",
          false);

  private static final Algorithms KEYS = of(KNOWN_KEYS, CERTIFICATES + " " + PLAIN_KEYS, true);

  /** The algorithms that a certificate authority may sign with. */
  public static final Algorithms AUTHORITIES = of(KNOWN_KEYS, PLAIN_KEYS, true);

  /** The algorithms that a keyword of ssh_config chooses among. */
  static final Map<String, Algorithms> BY_KEYWORD =
      Map.of(
          "ciphers", CIPHERS,
          "macs", MACS,
          "kexalgorithms", KEY_EXCHANGES,
          "hostkeyalgorithms", KEYS,
          "pubkeyacceptedalgorithms", KEYS,
          "casignaturealgorithms", AUTHORITIES);

  private static Algorithms of(String known, String defaults, boolean patterns) {
    return new Algorithms(
        Arrays.asList(known.split(" ", -1)), Arrays.asList(defaults.split(" ", -1)), patterns);
  }

  /** Refuses names that OpenSSH does not know. */
  void check(String keyword, String list) throws BadConfig {
    if (list.startsWith("-")) {
      return;
    }
    for (String name : names(list)) {
      boolean ok =
          (patterns && Patterns.isPattern(name))
              ? known.stream().anyMatch(algorithm -> Patterns.matches(algorithm, name))
              : known.contains(name);
      if (!ok) {
        throw new BadConfig(keyword + " names '" + name + "', which is not an algorithm of ssh");
      }
    }
  }

  private static List<String> names(String list) {
    String bare = list.startsWith("+") || list.startsWith("^") ? list.substring(1) : list;
    return List.of(bare.split(",", -1));
  }

  /** Returns the algorithms that a list selects, in order; the defaults for an empty list. */
  public List<String> resolve(String list) {
    return resolve(list, defaults, known);
  }

  /**
   * Returns the algorithms that a list selects among those that a program has, in order.
   *
   * @param list as ssh_config holds it; empty for the defaults
   * @param defaults the algorithms that the program offers without a list, in order
   * @param offered all algorithms that the program has
   */
  public static List<String> resolve(String list, List<String> defaults, List<String> offered) {
    if (list.isEmpty()) {
      return defaults;
    }
    if (list.startsWith("-")) {
      String removed = list.substring(1);
      return defaults.stream()
          .filter(name -> Patterns.list(name, removed) == Patterns.Match.NO)
          .toList();
    }
    List<String> wanted = new ArrayList<>();
    if (list.startsWith("+")) {
      wanted.addAll(defaults);
    }
    wanted.addAll(names(list));
    if (list.startsWith("^")) {
      wanted.addAll(defaults);
    }
    return wanted.stream()
        .flatMap(pattern -> offered.stream().filter(name -> Patterns.matches(name, pattern)))
        .distinct()
        .toList();
  }
}
