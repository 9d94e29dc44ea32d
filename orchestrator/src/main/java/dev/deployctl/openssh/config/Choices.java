package dev.deployctl.openssh.config;

import java.util.Map;

/** The words that keywords take, with the one that ssh shows for each. */
final class Choices {
  static final Map<String, String> FINGERPRINTS =
      Map.of(
          "md5", "MD5", "sha1", "SHA1", "sha256", "SHA256", "sha384", "SHA384", "sha512", "SHA512");

  static final Map<String, String> STRICT =
      Map.of(
          "yes",
          "true",
          "true",
          "true",
          "no",
          "false",
          "false",
          "false",
          "off",
          "false",
          "ask",
          "ask",
          "accept-new",
          "accept-new");

  static final Map<String, String> TUNNEL =
      Map.of(
          "yes",
          "point-to-point",
          "true",
          "point-to-point",
          "point-to-point",
          "point-to-point",
          "ethernet",
          "ethernet",
          "no",
          "false",
          "false",
          "false");

  static final Map<String, String> TTY =
      Map.of(
          "yes", "true", "true", "true", "no", "false", "false", "false", "force", "force", "auto",
          "auto");

  static final Map<String, String> TRUE_FALSE =
      Map.of("yes", "true", "true", "true", "no", "false", "false", "false");

  private Choices() {}
}
