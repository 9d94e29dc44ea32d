package dev.deployctl.export;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The times of a schedule as cron fields, read from systemd's form. Steps become lists. */
public record CronTimes(String minute, String hour, String day, String month, String weekday) {
  private static final String ANY = "*";
  private static final Pattern TIMES =
      Pattern.compile(
          "(?:(?<days>[A-Za-z][A-Za-z.,]*) ?)?(?:(?:\\*-)?(?<month>[0-9*,./]+)-(?<day>[0-9*,./]+)"
              + " ?)?(?<hour>[0-9*,./]+):(?<minute>[0-9*,./]+)(?::0{1,2})?");
  private static final Pattern PART =
      Pattern.compile("(\\*|[0-9]{1,2})(?:\\.\\.([0-9]{1,2}))?(?:/([0-9]{1,2}))?");
  private static final Pattern DAYS =
      Pattern.compile("[A-Za-z]{3,9}(?:(?:\\.\\.|,)[A-Za-z]{3,9})*");
  private static final Map<String, String> SHORTHANDS =
      Map.of(
          "minutely", "*-*-* *:*:00",
          "hourly", "*-*-* *:00:00",
          "daily", "*-*-* 00:00:00",
          "weekly", "Mon *-*-* 00:00:00",
          "monthly", "*-*-01 00:00:00",
          "quarterly", "*-01,04,07,10-01 00:00:00",
          "semiannually", "*-01,07-01 00:00:00",
          "yearly", "*-01-01 00:00:00",
          "annually", "*-01-01 00:00:00");

  /** Thrown for times that cron cannot express. */
  private static final class NotCron extends Exception {
    private static final long serialVersionUID = 1;
  }

  /** Returns the fields; empty for times that cron cannot express, such as seconds or years. */
  public static Optional<CronTimes> of(String onCalendar) {
    Matcher times = TIMES.matcher(SHORTHANDS.getOrDefault(onCalendar, onCalendar));
    if (!times.matches()) {
      return Optional.empty();
    }
    try {
      String day = times.group("day") == null ? ANY : field(times.group("day"), 1, 31);
      String month = times.group("month") == null ? ANY : field(times.group("month"), 1, 12);
      String weekday = times.group("days") == null ? ANY : weekdays(times.group("days"));
      if (!day.equals(ANY) && !weekday.equals(ANY)) {
        return Optional.empty(); // systemd means both of them, cron either
      }
      String minute = field(times.group("minute"), 0, 59);
      return Optional.of(
          new CronTimes(minute, field(times.group("hour"), 0, 23), day, month, weekday));
    } catch (NotCron _) {
      return Optional.empty();
    }
  }

  /** Returns a line's first five fields in a crontab. */
  public String crontab() {
    return String.join(" ", minute, hour, day, month, weekday);
  }

  /** Returns the expression of an EventBridge rule, in which one of the two days is left open. */
  public String eventBridge() {
    boolean byWeekday = !weekday.equals(ANY);
    String days = byWeekday ? "? " + month + " " + weekday : day + " " + month + " ?";
    return "cron(" + minute + " " + hour + " " + days + " *)";
  }

  private static String field(String text, int low, int high) throws NotCron {
    if (text.equals(ANY)) {
      return ANY;
    }
    List<String> parts = new ArrayList<>();
    for (String each : text.split(",", -1)) {
      Matcher part = PART.matcher(each);
      if (!part.matches()) {
        throw new NotCron();
      }
      parts.add(part(part, low, high));
    }
    return String.join(",", parts);
  }

  private static String part(Matcher part, int low, int high) throws NotCron {
    boolean any = part.group(1).equals(ANY);
    String to = part.group(2);
    String step = part.group(3);
    int first = any ? low : Integer.parseInt(part.group(1));
    int last = to != null ? Integer.parseInt(to) : any || step != null ? high : first;
    if ((any && (to != null || step == null)) || first < low || last > high || last < first) {
      throw new NotCron();
    }
    if (step == null) {
      return first == last ? String.valueOf(first) : first + "-" + last;
    }
    int by = Math.max(1, Integer.parseInt(step));
    return IntStream.iterate(first, at -> at <= last, at -> at + by)
        .mapToObj(String::valueOf)
        .collect(Collectors.joining(","));
  }

  private static String weekdays(String text) throws NotCron {
    if (!DAYS.matcher(text).matches()) {
      throw new NotCron();
    }
    return Pattern.compile("[A-Za-z]+")
        .matcher(text.replace("..", "-"))
        .replaceAll(name -> name.group().substring(0, 3).toUpperCase(Locale.ROOT));
  }
}
