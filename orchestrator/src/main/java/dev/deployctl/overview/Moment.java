package dev.deployctl.overview;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Quoted;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A moment that a person names.
 *
 * @param at the moment
 * @param zone the zone in which the person thinks of it
 */
public record Moment(Instant at, ZoneId zone) {
  private static final Pattern FORM =
      Pattern.compile(
          "(?:(?<day>today|yesterday|[0-9]{4}-[0-9]{2}-[0-9]{2})[ T])?"
              + "(?<time>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)(?:\\.[0-9]{1,9})?"
              + " ?(?<zone>Z|UTC|[+-][0-9]{2}:?[0-9]{2})?");

  /**
   * Reads {@code 03:12} (the last one that has passed), {@code yesterday 03:12}, {@code 2026-11-30
   * 03:12}, {@code 2026-11-30T03:12:05Z}, {@code 03:12+09:00} or {@code now}.
   *
   * @param here the zone of a time without one
   */
  public static Moment parse(String text, Instant now, ZoneId here) {
    if (text.equals("now")) {
      return new Moment(now, here);
    }
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      throw wrong(text);
    }
    try {
      ZoneId zone = zone(form.group("zone"), here);
      String time = form.group("time");
      LocalTime of = LocalTime.parse(time.indexOf(':') == 1 ? "0" + time : time);
      Instant at = at(form.group("day"), of, now, zone);
      if (at.isAfter(now)) {
        throw new DeployException(
            FailureKind.USAGE, "--at " + Quoted.of(text) + " is in the future", null);
      }
      return new Moment(at, zone);
    } catch (DateTimeException notOne) {
      throw wrong(text);
    }
  }

  private static Instant at(@Nullable String day, LocalTime time, Instant now, ZoneId zone) {
    LocalDate today = LocalDate.ofInstant(now, zone);
    if (day == null) {
      Instant at = LocalDateTime.of(today, time).atZone(zone).toInstant();
      return at.isAfter(now)
          ? LocalDateTime.of(today.minusDays(1), time).atZone(zone).toInstant()
          : at;
    }
    LocalDate date =
        switch (day) {
          case "today" -> today;
          case "yesterday" -> today.minusDays(1);
          default -> LocalDate.parse(day);
        };
    return LocalDateTime.of(date, time).atZone(zone).toInstant();
  }

  private static ZoneId zone(@Nullable String text, ZoneId here) {
    if (text == null) {
      return here;
    }
    return text.equals("Z") || text.equals("UTC") ? ZoneOffset.UTC : ZoneOffset.of(text);
  }

  private static DeployException wrong(String text) {
    return new DeployException(
        FailureKind.USAGE,
        "not a time: " + Quoted.of(text),
        "write 03:12, 'yesterday 03:12', '2026-11-30 03:12' or 2026-11-30T03:12:05Z; add Z or"
            + " +09:00 for another zone than this machine's");
  }

  /** Returns a time in the zone of this moment. */
  public ZonedDateTime in(Instant instant) {
    return instant.atZone(zone);
  }
}
