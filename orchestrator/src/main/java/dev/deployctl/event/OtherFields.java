package dev.deployctl.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The fields of an event that this version does not know, in the objects in which they stood. They
 * are written back after the known ones.
 */
public final class OtherFields {
  public static final OtherFields NONE = new OtherFields(JsonNodeFactory.instance.objectNode());

  private final ObjectNode fields;

  /** The tree belongs to this object from now on. */
  private OtherFields(ObjectNode fields) {
    this.fields = fields;
  }

  static OtherFields of(ObjectNode fields) {
    return fields.isEmpty() ? NONE : new OtherFields(fields);
  }

  /** Adds them to the known fields of the same event. */
  void addTo(ObjectNode known) {
    merge(known, fields);
  }

  private static void merge(JsonNode known, JsonNode other) {
    if (known instanceof ObjectNode object && other instanceof ObjectNode) {
      for (var field : other.properties()) {
        JsonNode value = object.get(field.getKey());
        if (value == null) {
          object.set(field.getKey(), field.getValue().deepCopy());
        } else {
          merge(value, field.getValue());
        }
      }
    } else if (known.isArray() && other.isArray()) {
      for (int i = 0; i < Math.min(known.size(), other.size()); i++) {
        merge(known.get(i), other.get(i));
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OtherFields those && fields.equals(those.fields);
  }

  @Override
  public int hashCode() {
    return fields.hashCode();
  }

  @Override
  public String toString() {
    return fields.toString();
  }
}
