package dev.deployctl.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class DurationsTest {
  private static JsonNode contract() throws IOException {
    return new ObjectMapper().readTree(Files.readString(Path.of("../contract/durations.json")));
  }

  @Test
  void readsWhatHostsRead() throws IOException {
    JsonNode examples = contract().path("read");
    assertThat(examples).isNotEmpty();
    examples
        .properties()
        .forEach(
            each ->
                assertThat(Durations.parse(each.getKey()))
                    .isEqualTo(Duration.ofMillis(each.getValue().asLong())));
  }

  @Test
  void refusesWhatHostsRefuseWithARemedy() throws IOException {
    JsonNode examples = contract().path("refused");
    assertThat(examples).isNotEmpty();
    examples.forEach(
        each ->
            assertThatThrownBy(() -> Durations.parse(each.asText()))
                .isInstanceOfSatisfying(
                    DeployException.class,
                    error -> {
                      assertThat(error.kind()).isEqualTo(FailureKind.USAGE);
                      assertThat(error.hint()).contains("write ");
                    }));
  }

  @Test
  void numberWithoutAUnitIsRefusedWithTheUnitsThatCouldBeMeant() {
    assertThatThrownBy(() -> Durations.parse("30"))
        .isInstanceOfSatisfying(
            DeployException.class,
            error -> {
              assertThat(error).hasMessage("a duration without a unit: '30'");
              assertThat(error.hint()).isEqualTo("write 30s for seconds, 30m for minutes");
            });
  }

  @Test
  void writesWhatHostsWrite() throws IOException {
    JsonNode examples = contract().path("written");
    assertThat(examples).isNotEmpty();
    examples
        .properties()
        .forEach(
            each ->
                assertThat(Durations.text(Duration.ofMillis(Long.parseLong(each.getKey()))))
                    .isEqualTo(each.getValue().asText()));
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
