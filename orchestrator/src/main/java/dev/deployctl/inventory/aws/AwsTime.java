package dev.deployctl.inventory.aws;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads the times that credential programs print, each with an offset or a zone. */
final class AwsTime {
  private static final List<DateTimeFormatter> FORMS =
      List.of(
          form("yyyy-MM-dd['T'][' ']HH:mm[:ss]"),
          form("yyyyMMdd['T'][' ']HHmm[ss]"),
          DateTimeFormatter.RFC_1123_DATE_TIME);

  private AwsTime() {}

  private static DateTimeFormatter form(String local) {
    return new DateTimeFormatterBuilder()
        .parseCaseInsensitive()
        .appendPattern(local)
        .optionalStart()
        .appendFraction(java.time.temporal.ChronoField.NANO_OF_SECOND, 0, 9, true)
        .optionalEnd()
        // Each takes Z too: +00:00, +00:00:30, +0000, +00, and a name.
        .appendPattern("[[ ]XXX][[ ]XX][[ ]X][' UTC'][' GMT']")
        .toFormatter(Locale.ROOT);
  }

  /** Returns the time, or empty if the text is none or has no zone. */
  static Optional<Instant> parse(String text) {
    String trimmed = text.strip();
    for (DateTimeFormatter form : FORMS) {
      try {
        var parsed = form.parse(trimmed);
        boolean utc = trimmed.endsWith("UTC") || trimmed.endsWith("GMT");
        return Optional.of(
            utc && !parsed.isSupported(java.time.temporal.ChronoField.OFFSET_SECONDS)
                ? java.time.LocalDateTime.from(parsed).toInstant(java.time.ZoneOffset.UTC)
                : OffsetDateTime.from(parsed).toInstant());
      } catch (DateTimeException notThisForm) {
        // The text may have the next format.
      }
    }
    return Optional.empty();
  }
}
