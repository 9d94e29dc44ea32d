package dev.deployctl.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a line of a host's output as an event. Unknown types and unknown fields are kept, so that
 * hosts may be newer than the workstation; a line that is no event gives nothing. An event of
 * another version of the contract reads as a refusal, whatever its type.
 */
public final class EventReader {
  // Half a line joined to another one is no event: nobody knows what was lost between them.
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** Reads one line. */
  public Optional<HostEvent> read(String line) {
    if (!line.startsWith("{")) {
      return Optional.empty();
    }
    try {
      ObjectNode json = (ObjectNode) JSON.readTree(line);
      return json.path("type").isTextual() ? Optional.of(event(json)) : Optional.empty();
    } catch (JsonProcessingException broken) {
      return Optional.empty();
    }
  }

  private static HostEvent event(ObjectNode json) {
    String type = json.path("type").textValue();
    long seq = number(json, "seq");
    long version = json.hasNonNull("v") ? number(json, "v") : Protocol.VERSION;
    if (version != Protocol.VERSION && !type.equals("version")) {
      // A known type may mean something else there: nothing of it is understood.
      return new AnswerEvents.Refused(
          seq, Protocol.REFUSED, Protocol.error("deployctl-host", version));
    }
    Class<?> record = EventTypes.recordOf(type);
    if (record == null) {
      json.remove(List.of("seq", "type"));
      return new HostEvent.Unknown(seq, type, OtherFields.of(json));
    }
    describeContainer(json);
    return (HostEvent) RecordBinding.of(record).read(json);
  }

  /** Returns the number, or 0 for anything else. */
  private static long number(ObjectNode json, String name) {
    return json.path(name).isNumber() ? json.path(name).longValue() : 0;
  }

  /** Replaces the state of a container, an object on the wire, by a sentence for people. */
  private static void describeContainer(ObjectNode event) {
    if (event.path("error").path("verdict") instanceof ObjectNode verdict
        && verdict.path("container") instanceof ObjectNode container) {
      Object state = RecordBinding.of(ContainerState.class).read(container);
      verdict.put("container", state.toString());
    }
  }

  /** The state of a container that failed its health check, as Docker reports it. */
  record ContainerState(
      @WhenAbsent("unknown") String state,
      @Nullable Integer exitCode,
      int restarts,
      boolean oomKilled) {
    /** Returns a sentence for people. */
    @Override
    public String toString() {
      String ended = exitCode == null || state.equals("running") ? "" : ", exit code " + exitCode;
      return state
          + ended
          + ", "
          + restarts
          + " restarts, "
          + (oomKilled ? "out of memory" : "not out of memory");
    }
  }
}
