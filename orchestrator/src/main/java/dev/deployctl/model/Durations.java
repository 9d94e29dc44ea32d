package dev.deployctl.model;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people write and read them: {@code 500ms}, {@code 10s}, {@code 1.5m}, {@code 2h},
 * {@code 7d}. Hosts have the same rule; {@code contract/durations.json} has the examples.
 */
public final class Durations {
  private static final Pattern SYNTAX =
      Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?)(ms|s|m|h|d)");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}(?:\\.[0-9]{1,3})?");
  private static final long SECOND = 1_000_000_000L;

  private Durations() {}

  /**
   * Reads a duration.
   *
   * @throws DeployException it is none; a number without a unit is refused, because it would be
   *     seconds to one person and minutes to another
   */
  public static Duration parse(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      throw NUMBER.matcher(text).matches()
          ? new DeployException(
              FailureKind.USAGE,
              "a duration without a unit: " + Quoted.of(text),
              "write " + text + "s for seconds, " + text + "m for minutes")
          : new DeployException(
              FailureKind.USAGE,
              "not a duration: " + Quoted.of(text),
              "write it as 500ms, 10s, 5m or 1h");
    }
    BigDecimal nanos = new BigDecimal(matcher.group(1)).multiply(nanosOf(matcher.group(2)));
    BigInteger[] seconds = nanos.toBigInteger().divideAndRemainder(BigInteger.valueOf(SECOND));
    return Duration.ofSeconds(seconds[0].longValueExact(), seconds[1].longValueExact());
  }

  private static BigDecimal nanosOf(String unit) {
    return BigDecimal.valueOf(
        switch (unit) {
          case "ms" -> 1_000_000;
          case "m" -> 60 * SECOND;
          case "h" -> 3600 * SECOND;
          case "d" -> 86_400 * SECOND;
          default -> SECOND;
        });
  }

  /**
   * Writes a duration for a person: {@code 0.8 s}, {@code 42 s}, {@code 1 min 40 s}, {@code 2 h 5
   * min}.
   */
  public static String text(Duration duration) {
    long millis = duration.toMillis();
    if (millis < 9_950) {
      return String.format(java.util.Locale.ROOT, "%.1f s", millis / 1000.0);
    }
    long seconds = (millis + 500) / 1000;
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return seconds / 60 + " min" + (seconds % 60 == 0 ? "" : " " + seconds % 60 + " s");
    }
    long minutes = seconds / 60;
    return minutes / 60 + " h" + (minutes % 60 == 0 ? "" : " " + minutes % 60 + " min");
  }
}
