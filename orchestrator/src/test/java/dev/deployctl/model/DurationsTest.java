package dev.deployctl.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "500ms,500",
    "10s,10000",
    "10,10000",
    "10 s,10000",
    "5m,300000",
    "1h,3600000",
    "2d,172800000",
    "0,0"
  })
  void readsWhatPeopleWrite(String text, long millis) {
    assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "s", "-1s", "1.5s", "10 sec", "1h30m", "PT1S", "1234567890", "１s", "1s\n2s"})
  void whatIsNoDurationIsRefusedWithARemedy(String text) {
    assertThatThrownBy(() -> Durations.parse(text))
        .isInstanceOfSatisfying(
            DeployException.class,
            error -> {
              assertThat(error.kind()).isEqualTo(FailureKind.USAGE);
              assertThat(error.hint()).contains("10s");
            });
  }

  @ParameterizedTest
  @CsvSource({
    "0,0.0 s",
    "812,0.8 s",
    "9120,9.1 s",
    "9999,10 s",
    "42000,42 s",
    "59499,59 s",
    "59500,1 min",
    "60000,1 min",
    "100000,1 min 40 s",
    "3599400,59 min 59 s",
    "3599500,1 h",
    "7500000,2 h 5 min",
    "86400000,24 h"
  })
  void writesWhatPeopleRead(long millis, String text) {
    assertThat(Durations.text(Duration.ofMillis(millis))).isEqualTo(text);
  }

  @Property
  void anyDurationHasATextThatCountsNoSixty(@ForAll @LongRange(max = 1L << 40) long millis) {
    assertThat(Durations.text(Duration.ofMillis(millis)))
        .matches("[0-9]+(\\.[0-9])? (s|min|h)( [0-9]+ (s|min))?")
        .doesNotContain(" 60 s")
        .doesNotContain(" 60 min")
        .isNotEqualTo("60 s")
        .isNotEqualTo("10.0 s");
  }

  @Property
  void anyTextIsADurationOrAClearError(@ForAll String text) {
    try {
      assertThat(Durations.parse(text)).isGreaterThanOrEqualTo(Duration.ZERO);
    } catch (DeployException refused) {
      assertThat(refused.kind()).isEqualTo(FailureKind.USAGE);
    }
  }
}
