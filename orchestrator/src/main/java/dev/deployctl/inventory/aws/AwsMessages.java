package dev.deployctl.inventory.aws;

import org.jspecify.annotations.Nullable;

/** Messages of other programs, reduced to one safe line. */
public final class AwsMessages {
  private static final int LONGEST = 300;

  private AwsMessages() {}

  /** Returns a short line without control characters and addresses of objects. */
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
