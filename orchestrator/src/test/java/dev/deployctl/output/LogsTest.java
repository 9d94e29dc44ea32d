package dev.deployctl.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deployctl.event.EventReader;
import dev.deployctl.event.HostEvent;
import dev.deployctl.output.json.JsonLog;
import dev.deployctl.output.live.PlainLog;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.rollout.outcome.EventSink;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutEvent;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The two logs over one event of each kind. */
class LogsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void theStoryHasEveryKindOfEventAndOutcome() {
    assertThat(kinds(EveryEvent.ofRollouts())).isEqualTo(permitted(RolloutEvent.class));
    assertThat(kinds(EveryEvent.ofHosts())).isEqualTo(permitted(HostEvent.class));
    assertThat(kinds(EveryEvent.outcomes())).isEqualTo(permitted(HostOutcome.class));
  }

  @Test
  void plainLogHasALineForEachHostAndChangeThatMatters() {
    String text = log((out, clock) -> new PlainLog(out, Terminal.plain(true), clock, false));
    Golden.check("plain-log", text);
    assertThat(text)
        .contains("web-a1  starts\n", "web-a1  v2 is live", "connection lost", "warning: ")
        .doesNotContain("health\n", "switched to", "health failed");
  }

  @Test
  void verbosePlainLogHasEachStepButNoProbe() {
    String text = log((out, clock) -> new PlainLog(out, Terminal.plain(true), clock, true));
    Golden.check("plain-log-steps", text);
    assertThat(text)
        .doesNotContain("no such socket yet")
        .doesNotContainPattern("[\\p{Cc}&&[^\\n]]")
        .contains("web-a1  health\n");
    assertThat(text.lines()).allSatisfy(line -> assertThat(line).startsWith("2026-11-23T03:04:"));
  }

  @Test
  void jsonLogHasAnObjectALine() {
    String text = log(JsonLog::new);
    Golden.check("json-log", text);
    assertThat(text.lines())
        .hasSize(EveryEvent.ofRollouts().size())
        .allSatisfy(
            line -> {
              JsonNode node = JSON.readTree(line);
              assertThat(node.path("v").asInt()).isEqualTo(1);
              assertThat(node.path("ts").asText()).startsWith("2026-11-23T03:04:");
              assertThat(node.path("type").asText()).isNotEmpty();
              assertThat(line).doesNotContainPattern("\\p{Cc}");
            });
  }

  /** An event of a host can be read again from the JSON log. */
  @Test
  void nestedHostEventsKeepTheHostsOwnForm() throws IOException {
    EventReader reader = new EventReader();
    int compared = 0;
    for (String line : log(JsonLog::new).lines().toList()) {
      JsonNode node = JSON.readTree(line);
      if (node.path("type").asText().equals("host.event")) {
        HostEvent expected = EveryEvent.ofHosts().get(compared);
        HostEvent actual = reader.read(node.path("event").toString()).orElseThrow();
        assertThat(actual).isEqualTo(expected);
        compared++;
      }
    }
    assertThat(compared).isEqualTo(EveryEvent.ofHosts().size());
  }

  @Test
  void everyTypeAndFieldOfTheJsonLogIsDocumented() throws IOException {
    String document = Files.readString(Path.of("../docs/json-output.md"));
    Set<String> missing = new TreeSet<>();
    for (String line : log(JsonLog::new).lines().toList()) {
      JsonNode node = JSON.readTree(line);
      if (!document.contains("`" + node.path("type").asText() + "`")) {
        missing.add(node.path("type").asText());
      }
      collect(node, document, missing);
    }
    assertThat(missing).isEmpty();
  }

  /** The events of hosts are documented elsewhere. */
  private static void collect(JsonNode node, String document, Set<String> missing) {
    node.properties()
        .forEach(
            field -> {
              if (!document.contains("`" + field.getKey() + "`")) {
                missing.add(field.getKey());
              }
              if (!Set.of("event", "counts").contains(field.getKey())) {
                collect(field.getValue(), document, missing);
              }
            });
    if (node.isArray()) {
      node.forEach(item -> collect(item, document, missing));
    }
  }

  private static String log(BiFunction<PrintWriter, Clock, EventSink> sink) {
    StringWriter text = new StringWriter();
    RecordedRollout recorded =
        new RecordedRollout(clock -> sink.apply(new PrintWriter(text), clock));
    EveryEvent.ofRollouts().forEach(event -> recorded.after(137).tell(event));
    return text.toString();
  }

  private static Set<String> kinds(List<?> events) {
    return events.stream()
        .map(event -> event.getClass().getSimpleName())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> permitted(Class<?> sealed) {
    Set<String> names = new TreeSet<>();
    for (Class<?> one : new ArrayList<>(List.of(sealed.getPermittedSubclasses()))) {
      names.add(one.getSimpleName());
    }
    return names;
  }
}
