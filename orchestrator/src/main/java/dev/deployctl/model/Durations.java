package dev.deployctl.model;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write and read them: {@code 500ms}, {@code 10s}, {@code 5m}, {@code 1h}. */
public final class Durations {
  private static final Pattern SYNTAX = Pattern.compile("([0-9]{1,9})\\s?(ms|s|m|h|d)?");

  private Durations() {}

  /** Reads a duration; a bare number is seconds. */
  public static Duration parse(String text) {
    Matcher matcher = SYNTAX.matcher(text.strip());
    if (!matcher.matches()) {
      throw new DeployException(
          FailureKind.USAGE,
          "not a duration: " + Quoted.of(text),
          "write it as 500ms, 10s, 5m or 1h");
    }
    long value = Long.parseLong(matcher.group(1));
    String unit = matcher.group(2);
    return switch (unit == null ? "s" : unit) {
      case "ms" -> Duration.ofMillis(value);
      case "m" -> Duration.ofMinutes(value);
      case "h" -> Duration.ofHours(value);
      case "d" -> Duration.ofDays(value);
      default -> Duration.ofSeconds(value);
    };
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
