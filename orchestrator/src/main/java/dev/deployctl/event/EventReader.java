package dev.deployctl.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.Optional;

/**
 * Turns a line of a host's output into an event. Unknown types and unknown fields survive, so that
 * hosts may be newer than the workstation; a line that is no event at all gives nothing. An event
 * of another version of the contract reads as a refusal, whatever its type.
 */
public final class EventReader {
  // Half a line glued to another one is no event: nobody knows what was lost between them.
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  /** Reads one line. */
  public Optional<HostEvent> read(String line) {
    if (!line.startsWith("{")) {
      return Optional.empty();
    }
    try {
      JsonNode node = JSON.readTree(line);
      Fields fields = new Fields(node);
      String type = fields.text("type");
      return type == null ? Optional.empty() : Optional.of(event(type, fields));
    } catch (JsonProcessingException broken) {
      return Optional.empty();
    }
  }

  private static HostEvent event(String type, Fields f) {
    long seq = f.number("seq", 0);
    long version = version(f);
    if (version != Protocol.VERSION && !type.equals("version")) {
      // A known type may mean something else there: nothing of it is understood.
      return new HostEvent.Refused(
          seq, Protocol.REFUSED, Protocol.error("deployctl-host", version));
    }
    HostEvent event = TransactionEvents.read(type, seq, f);
    if (event == null) {
      event = AnswerEvents.read(type, seq, f);
    }
    return event == null ? new HostEvent.Unknown(seq, type, fields(f)) : event;
  }

  /**
   * Lines without a version are of the first one; something else than a number is none that is
   * known.
   */
  private static long version(Fields f) {
    return f.node().hasNonNull("v") ? f.number("v", 0) : Protocol.VERSION;
  }

  private static Map<String, Object> fields(Fields f) {
    Map<String, Object> all = JSON.convertValue(f.node(), OBJECT);
    all.values().removeIf(java.util.Objects::isNull);
    return all;
  }
}
