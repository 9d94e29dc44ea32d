package dev.deployctl.output.terminal;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes instants the same way everywhere: UTC, so that two people and two hosts agree. */
public final class Times {
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Times() {}

  /** A host's time stamp without its milliseconds; what is no time stamp stays as it is. */
  public static String text(@Nullable String stamp) {
    if (stamp == null) {
      return "-";
    }
    try {
      return SECONDS.format(Instant.parse(stamp));
    } catch (DateTimeParseException other) {
      return stamp;
    }
  }

  /** For the start of a log line: {@code 2026-11-23T03:04:05Z}. */
  public static String log(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** As the hosts write theirs: UTC with milliseconds. */
  public static String stamp(Instant instant) {
    return MILLIS.format(instant);
  }
}
