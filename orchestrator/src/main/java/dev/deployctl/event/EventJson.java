package dev.deployctl.event;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Writes an event in the form of {@code docs/events.md}: {@code seq} and {@code type}, the fields
 * that this version knows, then those that it does not know.
 */
public final class EventJson {
  private EventJson() {}

  public static ObjectNode of(HostEvent event) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("seq", event.seq()).put("type", event.type());
    json.setAll(RecordBinding.of(event.getClass()).write(event));
    if (event instanceof AnswerEvents.Finished) {
      json.remove("ts"); // The time of sending, which is no field of this event.
    }
    event.others().addTo(json);
    return json;
  }
}
