package dev.deployctl.inventory.aws;

import org.jspecify.annotations.Nullable;

/** Other programs' words, made fit for one line of a terminal. */
public final class AwsWords {
  private static final int LONGEST = 300;

  private AwsWords() {}

  /** One line, no control characters, no addresses of objects, not endless. */
  public static String line(@Nullable String text) {
    if (text == null) {
      return "";
    }
    String line =
        text.replaceAll("Encoded authorization failure message:.*", "")
            .replaceAll("@[0-9a-f]{5,8}\\b", "")
            .replaceAll("[\\p{Cc}\\p{Cf}\\u2028\\u2029]+", " ")
            .strip();
    return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
  }
}
