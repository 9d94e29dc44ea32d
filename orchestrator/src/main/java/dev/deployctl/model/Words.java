package dev.deployctl.model;

import java.util.regex.Pattern;

/**
 * The patterns of all arguments that may reach a host. The host's script checks them again; here
 * they catch a mistake before anything is touched, and keep shell characters out of the remote
 * command. Held against {@code contract/arguments.json}.
 */
public final class Words {
  public static final Pattern APP = Pattern.compile("[a-z][a-z0-9-]{0,39}");
  public static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
  public static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
  public static final Pattern RELEASE = Pattern.compile("[0-9]{8}-[0-9]{6}-[0-9a-f]{6}");
  public static final Pattern ROLLOUT = Pattern.compile("r-[0-9a-z]{4,32}");
  public static final Pattern LOCK = Pattern.compile("l-[0-9a-z]{4,32}");
  public static final Pattern SECONDS = Pattern.compile("(0|[1-9][0-9]{0,5})");
  public static final Pattern SEQUENCE = Pattern.compile("[1-9][0-9]{0,8}");
  public static final Pattern COUNT = Pattern.compile("[1-9][0-9]{0,4}");
  public static final Pattern REASON = Pattern.compile("[A-Za-z0-9 _.,:;#/@+()'-]{1,120}");

  /** One word of a one-off command. */
  public static final Pattern WORD = Pattern.compile("[A-Za-z0-9_./:=@%+,-]{1,400}");

  public static final Pattern OUTPUT = Pattern.compile("(ndjson|text)");

  private Words() {}

  static void check(String what, Pattern pattern, String value) {
    if (!pattern.matcher(value).matches()) {
      throw new DeployException(
          FailureKind.USAGE,
          "not a valid " + what + ": " + quoted(value),
          "a " + what + " matches " + pattern.pattern());
    }
  }

  /**
   * Quotes hostile text for a message: short, and without anything that moves a terminal's cursor.
   */
  public static String quoted(String value) {
    StringBuilder text = new StringBuilder("'");
    value
        .codePoints()
        .limit(60)
        .forEach(
            point -> {
              if (point >= 0x20 && point < 0x7f) {
                text.append((char) point);
              } else {
                text.append(String.format("\\u%04x", point));
              }
            });
    return text.append(value.codePointCount(0, value.length()) > 60 ? "…'" : "'").toString();
  }
}
