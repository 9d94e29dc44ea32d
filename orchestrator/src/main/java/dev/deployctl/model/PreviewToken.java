package dev.deployctl.model;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The secret that lets requests reach a held release. */
public record PreviewToken(String value) {
  private static final Pattern SYNTAX = Pattern.compile("[0-9a-f]{32}");
  private static final SecureRandom RANDOM = new SecureRandom();

  public PreviewToken {
    ArgumentPatterns.check("preview token", SYNTAX, value);
  }

  /** Returns a new token. */
  public static PreviewToken random() {
    byte[] bytes = new byte[16];
    RANDOM.nextBytes(bytes);
    return new PreviewToken(HexFormat.of().formatHex(bytes));
  }

  @Override
  public String toString() {
    return value;
  }
}
