package dev.deployctl.model;

import java.util.regex.Pattern;

/**
 * The patterns of all arguments that may reach a host. The host's script checks them again; here
 * they catch a mistake before anything is touched, and keep shell characters out of the remote
 * command. Held against {@code contract/arguments.json}.
 */
public final class ArgumentPatterns {
  public static final Pattern APP = Pattern.compile("[a-z][a-z0-9-]{0,39}");
  public static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
  public static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
  public static final Pattern PROCESS = Pattern.compile("[a-z][a-z0-9-]{0,19}");
  public static final Pattern SCHEDULE = Pattern.compile("[a-z][a-z0-9-]{0,19}");
  public static final Pattern RELEASE = Pattern.compile("[0-9]{8}-[0-9]{6}-[0-9a-f]{6}");
  public static final Pattern ROLLOUT = Pattern.compile("r-[0-9a-z]{4,32}");
  public static final Pattern RUN = Pattern.compile("[0-9a-f]{12}");
  public static final Pattern LOCK = Pattern.compile("l-[0-9a-z]{4,32}");
  public static final Pattern SECONDS = Pattern.compile("(0|[1-9][0-9]{0,5})");
  public static final Pattern SEQUENCE = Pattern.compile("[1-9][0-9]{0,8}");
  public static final Pattern COUNT = Pattern.compile("[1-9][0-9]{0,4}");
  public static final Pattern REASON = Pattern.compile("[A-Za-z0-9 _.,:;#/@+()'-]{1,120}");

  /** The hash of a set of operators' files. */
  public static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  /** The person or job that applies operators' files. */
  public static final Pattern BY = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9 _.:@+-]{0,79}");

  /** The name of an environment variable. */
  public static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");

  /** The state of an environment variable at its source. */
  public static final Pattern TOKEN = Pattern.compile("[a-z0-9]{1,40}");

  /** The secret that lets requests reach a held release. */
  public static final Pattern PREVIEW = Pattern.compile("[0-9a-f]{32}");

  /** One argument of a one-off command. */
  public static final Pattern WORD = Pattern.compile("[A-Za-z0-9_./:=@%+,-]{1,400}");

  /** A text that is searched for, in UTF-8 and percent-encoded. */
  public static final Pattern TEXT =
      Pattern.compile("(?:[A-Za-z0-9_.~:/@+,=-]|%[0-9A-F]{2}){1,120}");

  public static final Pattern OUTPUT = Pattern.compile("(ndjson|text)");

  private ArgumentPatterns() {}

  static void check(String what, Pattern pattern, String value) {
    if (!pattern.matcher(value).matches()) {
      throw new DeployException(
          FailureKind.USAGE,
          "not a valid " + what + ": " + Quoted.of(value),
          "a " + what + " matches " + pattern.pattern());
    }
  }
}
