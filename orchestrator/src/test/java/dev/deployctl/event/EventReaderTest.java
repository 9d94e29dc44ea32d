package dev.deployctl.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reader over output that no correct script would send. */
class EventReaderTest {
  private static final List<String> TYPES =
      List.of(
          "deploy.started",
          "step.started",
          "step.finished",
          "step.failed",
          "image.resolved",
          "env.read",
          "container.started",
          "health.probe",
          "switched",
          "drain.progress",
          "drain.finished",
          "warning",
          "deploy.finished",
          "error",
          "version",
          "check",
          "preflight.finished",
          "pull.finished",
          "status",
          "history.entry",
          "log.line",
          "lock.taken",
          "lock.released",
          "recovered",
          "run.started",
          "run.finished",
          "traffic",
          "prune.finished",
          "status.finished");
  private static final List<String> FIELDS =
      List.of(
          "seq",
          "verb",
          "step",
          "ms",
          "error",
          "digest",
          "names",
          "revision",
          "ok",
          "serving",
          "previous",
          "lock",
          "env",
          "exit",
          "drift",
          "instances",
          "connections",
          "message",
          "kind",
          "verdict",
          "lines",
          "container",
          "added");

  private final EventReader reader = new EventReader();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sudo: a password is required",
        "{",
        "{}",
        "[]",
        "null",
        "{\"type\":7}",
        "{\"type\":null}",
        "{\"type\":\"warning\"} and more",
        "{\"type\":\"warning\"}{\"type\":\"warning\"}",
        " {\"type\":\"warning\"}",
        "{\"type\":\"warning\",}",
        "{'type':'warning'}",
        "{\"type\":\"warning\",\"seq\":NaN}",
        "{\"type\":\"war\nning\"}",
      })
  void whatIsNoEventGivesNothing(String line) {
    assertThat(reader.read(line)).isEmpty();
  }

  @Test
  void unknownTypesAreKeptWhole() {
    HostEvent event =
        reader
            .read(
                "{\"v\":1,\"seq\":7,\"type\":\"weather\",\"sky\":\"blue\",\"wind\":null,"
                    + "\"clouds\":[1,null,{\"a\":null}]}")
            .orElseThrow();
    assertThat(event).isInstanceOf(HostEvent.Unknown.class);
    HostEvent.Unknown unknown = (HostEvent.Unknown) event;
    assertThat(unknown.seq()).isEqualTo(7);
    assertThat(EventJson.of(unknown))
        .hasToString(
            "{\"seq\":7,\"type\":\"weather\",\"v\":1,\"sky\":\"blue\",\"wind\":null,"
                + "\"clouds\":[1,null,{\"a\":null}]}");
  }

  @Test
  void unknownFieldsDoNoHarmAndAreWrittenAfterTheKnownOnes() {
    HostEvent event =
        reader
            .read(
                "{\"v\":1,\"seq\":2,\"ts\":\"now\",\"mood\":{\"a\":[null]},"
                    + "\"type\":\"step.started\",\"step\":\"pull\",\"luck\":0.5}")
            .orElseThrow();
    assertThat(event).isInstanceOf(TransactionEvents.StepStarted.class);
    assertThat(((TransactionEvents.StepStarted) event).step()).isEqualTo("pull");
    assertThat(EventJson.of(event))
        .hasToString(
            "{\"seq\":2,\"type\":\"step.started\",\"step\":\"pull\","
                + "\"mood\":{\"a\":[null]},\"luck\":0.5}");
  }

  @Test
  void unknownFieldsOfObjectsWithinAnEventStayInTheseObjects() {
    HostEvent event =
        reader
            .read(
                "{\"type\":\"status\",\"serving\":{\"size\":7,\"tag\":\"v1\"},"
                    + "\"lock\":5,\"instances\":{\"running\":2,\"idle\":1},"
                    + "\"runs\":[\"?\",{\"by\":\"bob\"},{\"by\":\"eve\",\"mood\":9}]}")
            .orElseThrow();
    JsonNode json = EventJson.of(event);
    assertThat(json.at("/serving/size").asInt()).isEqualTo(7);
    assertThat(json.at("/serving/tag").asText()).isEqualTo("v1");
    assertThat(json.at("/lock").isNull()).as("of another type").isTrue();
    assertThat(json.at("/instances/idle").asInt()).isEqualTo(1);
    assertThat(json.at("/runs")).hasSize(2);
    assertThat(json.at("/runs/0").has("mood")).isFalse();
    assertThat(json.at("/runs/1/by").asText()).isEqualTo("eve");
    assertThat(json.at("/runs/1/mood").asInt()).isEqualTo(9);
  }

  @Test
  void ofAKeyThatStandsTwiceTheLastValueCounts() {
    assertThat(
            reader.read(
                "{\"type\":\"warning\",\"type\":\"step.started\",\"step\":\"pull\","
                    + "\"step\":\"start\"}"))
        .contains(new TransactionEvents.StepStarted(0, "start"));
  }

  @Test
  void absentFieldsOfNoEventMakeANullWhereNoneMayBe() {
    for (Class<?> record : HostEvent.class.getPermittedSubclasses()) {
      if (record != HostEvent.Unknown.class && record != AnswerEvents.Finished.class) {
        HostEvent event = reader.read("{\"type\":\"" + EventTypes.of(record) + "\"}").orElseThrow();
        assertThat(event).isInstanceOf(record);
        assertThat(nulls(event)).as(record.getSimpleName()).isEmpty();
      }
    }
  }

  /** Returns the components that are null and not marked as such, in a record and those within. */
  private static List<String> nulls(Object record) {
    List<String> found = new ArrayList<>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      Object value = new RecordField(component).of(record);
      if (value instanceof Record inner) {
        found.addAll(nulls(inner));
      } else if (value == null
          && !component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
        found.add(component.getName());
      }
    }
    return found;
  }

  @Test
  void anEventOfAnotherVersionIsARefusalAndNeverTakenForWhatItIsCalled() {
    for (String version : new String[] {"2", "9", "0", "\"1.1\"", "{}"}) {
      String line = "{\"v\":" + version + ",\"seq\":2,\"type\":\"step.started\",\"step\":\"pull\"}";
      assertThat(reader.read(line).orElseThrow())
          .as(version)
          .isInstanceOfSatisfying(
              AnswerEvents.Refused.class,
              refused -> assertThat(refused.error().message()).contains("protocol"));
    }
    assertThat(
            reader.read(
                "{\"v\":2,\"seq\":1,\"type\":\"version\",\"version\":\"2.0\",\"protocol\":2}"))
        .as("an upgrade must know what is there")
        .contains(new AnswerEvents.Version(1, "2.0", 2));
  }

  @Test
  void aFieldOfAnotherTypeCountsAsAbsent() {
    assertThat(reader.read("{\"type\":\"step.finished\",\"seq\":\"9\",\"step\":7,\"ms\":\"fast\"}"))
        .contains(new TransactionEvents.StepFinished(0, "?", 0, OtherFields.NONE));
    assertThat(reader.read("{\"type\":\"deploy.finished\",\"outcome\":\"succeeded\"}"))
        .as("without an exit code nobody may take it for a success")
        .hasValueSatisfying(
            event -> assertThat(((TransactionEvents.DeployFinished) event).exit()).isEqualTo(70));
  }

  @Test
  void aNumberOfMoreDigitsThanAnyTypeHasIsStillANumber() {
    HostEvent event =
        reader
            .read("{\"type\":\"step.finished\",\"step\":\"x\",\"ms\":" + "9".repeat(300) + "}")
            .orElseThrow();
    assertThat(event).isInstanceOf(TransactionEvents.StepFinished.class);
  }

  @Test
  void numbersOutOfRangeAreClamped() {
    HostEvent event =
        reader
            .read("{\"type\":\"drain.progress\",\"connections\":99999999999,\"waited_ms\":1e300}")
            .orElseThrow();
    assertThat(event)
        .isEqualTo(new TransactionEvents.DrainProgress(0, Integer.MAX_VALUE, Long.MAX_VALUE));
  }

  @Test
  void anErrorWithoutReasonStillHasAKindAndAMessage() {
    HostEvent event = reader.read("{\"type\":\"error\"}").orElseThrow();
    assertThat(event)
        .isEqualTo(
            new AnswerEvents.Refused(
                0, 70, new HostError("internal", "the host gave no reason", null, null, null)));
  }

  @Test
  void aBombOfBracketsOrDigitsIsNoEventAndCostsLittle() {
    String nested = "{\"type\":\"warning\",\"x\":" + "[".repeat(30_000);
    String digits = "{\"type\":\"warning\",\"seq\":" + "9".repeat(60_000) + "}";
    String exponent = "{\"type\":\"warning\",\"seq\":1e999999999}";
    long before = System.nanoTime();
    assertThat(reader.read(nested)).isEmpty();
    assertThat(reader.read(nested + "]".repeat(30_000) + "}")).isEmpty();
    assertThat(reader.read(digits)).isEmpty();
    reader.read(exponent);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
  }

  @Property(tries = 5000)
  void anyTextIsReadWithoutAnException(@ForAll String line) {
    assertThat(reader.read(line)).isNotNull();
    assertThat(reader.read("{" + line)).isNotNull();
  }

  @Property(tries = 5000)
  void fieldsOfAnyShapeAreReadWithoutAnException(
      @ForAll("types") String type, @ForAll("objects") Map<String, String> fields) {
    StringBuilder line = new StringBuilder("{\"type\":\"").append(type).append('"');
    fields.forEach((name, value) -> line.append(",\"" + name + "\":" + value));
    assertThat(reader.read(line.append('}').toString())).isPresent();
  }

  @Property(tries = 3000)
  void aLineThatWasCutOrGarbledIsReadWithoutAnException(
      @ForAll("types") String type, @ForAll byte junk, @ForAll("places") int place) {
    StringBuilder line =
        new StringBuilder(
            "{\"v\":1,\"seq\":3,\"type\":\""
                + type
                + "\",\"error\":{\"kind\":\"internal\",\"verdict\":{\"lines\":[\"x\"]}}}");
    int at = Math.min(place, line.length() - 1);
    assertThat(reader.read(line.substring(0, at))).isEmpty();
    line.setCharAt(at, (char) (junk & 0xff));
    assertThat(reader.read(line.toString())).isNotNull();
  }

  @Provide
  Arbitrary<String> types() {
    return Arbitraries.of(TYPES);
  }

  @Provide
  Arbitrary<Integer> places() {
    return Arbitraries.integers().between(0, 120);
  }

  @Provide
  Arbitrary<Map<String, String>> objects() {
    Arbitrary<String> flat =
        Arbitraries.of(
            "null",
            "true",
            "-1",
            "1e99",
            "0.5",
            "9007199254740993",
            "\"\"",
            "\"x\"",
            "[]",
            "{}",
            "[null,1,\"a\",{}]",
            "\"\\u0000\\ud800\"");
    Arbitrary<String> nested =
        Combinators.combine(Arbitraries.of(FIELDS), flat)
            .as((name, value) -> "{\"" + name + "\":" + value + "}");
    return Arbitraries.maps(Arbitraries.of(FIELDS), Arbitraries.oneOf(flat, nested)).ofMaxSize(8);
  }
}
