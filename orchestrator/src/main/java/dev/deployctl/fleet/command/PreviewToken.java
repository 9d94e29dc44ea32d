package dev.deployctl.fleet.command;

import dev.deployctl.model.ArgumentPatterns;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The secret that lets requests reach a held release. */
public record PreviewToken(String value) {
  private static final SecureRandom RANDOM = new SecureRandom();

  public PreviewToken {
    if (!ArgumentPatterns.PREVIEW.matcher(value).matches()) {
      throw new IllegalArgumentException("not a preview token");
    }
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
