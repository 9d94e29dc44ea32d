package dev.deployctl.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HostErrorKindTest {
  @Test
  void kindsAndExitCodesAreThoseOfTheContract() throws Exception {
    JsonNode contract =
        new ObjectMapper()
            .readTree(Files.readString(Path.of("../contract/errors.json")))
            .path("errors");
    Map<String, Integer> listed = new TreeMap<>();
    contract.properties().forEach(each -> listed.put(each.getKey(), each.getValue().asInt()));
    Map<String, Integer> known = new TreeMap<>();
    for (HostErrorKind kind : HostErrorKind.values()) {
      // Ctrl-C is this program's own: no host reports it.
      if (kind != HostErrorKind.INTERRUPTED) {
        known.put(kind.jsonName(), kind.exitCode());
      }
    }
    assertThat(known).isEqualTo(listed).isNotEmpty();
  }

  @Test
  void kindThatOnlyANewerHostKnowsIsKeptAsText() {
    HostEvent event =
        new EventReader()
            .read(
                "{\"v\":1,\"seq\":1,\"type\":\"error\",\"exit\":74,\"error\":{\"kind\":"
                    + "\"power-low\",\"message\":\"on battery\"}}")
            .orElseThrow();
    HostError error = ((AnswerEvents.Refused) event).error();
    assertThat(error.kind()).isEqualTo("power-low");
    assertThat(HostErrorKind.values()).noneMatch(error::is);
  }
}
