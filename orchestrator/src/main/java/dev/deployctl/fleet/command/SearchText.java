package dev.deployctl.fleet.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.deployctl.model.ArgumentPatterns;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Quoted;

/** A text that hosts search for in logs. Not an expression: every character means itself. */
public record SearchText(String value) {
  private static final String PLAIN = "_.~:/@+,=-";

  public SearchText {
    if (!ArgumentPatterns.TEXT.matcher(encoded(value)).matches()) {
      throw new DeployException(
          FailureKind.USAGE,
          "not a valid text to search for: " + Quoted.of(value),
          "it has 1 to 120 bytes of UTF-8");
    }
  }

  /**
   * Returns it percent-encoded: no shell and no pattern gives any of these characters a meaning.
   */
  public String encoded() {
    return encoded(value);
  }

  private static String encoded(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte one : text.getBytes(UTF_8)) {
      char letter = (char) (one & 0xff);
      boolean plain =
          letter < 0x7f && (Character.isLetterOrDigit(letter) || PLAIN.indexOf(letter) >= 0);
      encoded.append(plain ? String.valueOf(letter) : "%%%02X".formatted((int) letter));
    }
    return encoded.toString();
  }

  @Override
  public String toString() {
    return value;
  }
}
