package dev.deployctl.overview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.model.DeployException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Moments as people name them. */
class MomentTest {
  private static final ZoneId TOKYO = ZoneId.of("Asia/Tokyo");

  /** 03:30 of the 23rd in Tokyo. */
  private static final Instant NOW = Instant.parse("2026-11-22T18:30:00Z");

  @ParameterizedTest
  @CsvSource({
    "now, 2026-11-22T18:30:00Z",
    "03:12, 2026-11-22T18:12:00Z",
    "3:12, 2026-11-22T18:12:00Z",
    "03:12:05, 2026-11-22T18:12:05Z",
    "23:50, 2026-11-22T14:50:00Z",
    "today 03:12, 2026-11-22T18:12:00Z",
    "yesterday 03:12, 2026-11-21T18:12:00Z",
    "2026-11-20 03:12, 2026-11-19T18:12:00Z",
    "2026-11-20T03:12:05, 2026-11-19T18:12:05Z",
  })
  void withoutAZoneItIsATimeOfThisMachine(String text, Instant expected) {
    Moment moment = Moment.parse(text, NOW, TOKYO);

    assertThat(moment.at()).isEqualTo(expected);
    assertThat(moment.zone()).isEqualTo(TOKYO);
  }

  @ParameterizedTest
  @CsvSource({
    "03:12Z, 2026-11-22T03:12:00Z, Z",
    "18:12 UTC, 2026-11-22T18:12:00Z, Z",
    "2026-11-22T18:12:05Z, 2026-11-22T18:12:05Z, Z",
    "2026-11-22T18:12:05.123Z, 2026-11-22T18:12:05Z, Z",
    "2026-11-23T03:12+09:00, 2026-11-22T18:12:00Z, +09:00",
    "2026-11-22 19:12 +0100, 2026-11-22T18:12:00Z, +01:00",
    "yesterday 18:12Z, 2026-11-21T18:12:00Z, Z",
  })
  void withAZoneItIsATimeOfThatZone(String text, Instant expected, String zone) {
    Moment moment = Moment.parse(text, NOW, TOKYO);

    assertThat(moment.at()).isEqualTo(expected);
    assertThat(moment.zone()).isEqualTo(ZoneOffset.of(zone));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "3",
        "25:00",
        "03:61",
        "noon",
        "2026-13-01 03:12",
        "2026-11-22",
        "tomorrow 03:12",
        "03:12 JST",
        "2026-11-22T18:12:05+99:00",
        "-03:12"
      })
  void whatIsNoTimeIsRefusedWithExamples(String text) {
    assertThatThrownBy(() -> Moment.parse(text, NOW, TOKYO))
        .isInstanceOfSatisfying(
            DeployException.class, wrong -> assertThat(wrong.hint()).contains("yesterday 03:12"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"today 03:31", "2026-11-22T18:30:01Z", "2027-01-01 00:00"})
  void theFutureIsRefused(String text) {
    assertThatThrownBy(() -> Moment.parse(text, NOW, TOKYO)).hasMessageContaining("in the future");
  }
}
