package dev.deployctl.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one JSON object without ever failing: a field of another type counts as
 * absent.
 */
record Fields(JsonNode node) {
  @Nullable String text(String name) {
    JsonNode value = node.get(name);
    return value != null && value.isTextual() ? value.textValue() : null;
  }

  String text(String name, String fallback) {
    String value = text(name);
    return value == null ? fallback : value;
  }

  long number(String name, long fallback) {
    JsonNode value = node.get(name);
    return value != null && value.isNumber() ? value.longValue() : fallback;
  }

  /** A number that may be missing. */
  @Nullable Integer count(String name) {
    JsonNode value = node.get(name);
    return value != null && value.isNumber() ? Integer.valueOf(integer(name, 0)) : null;
  }

  int integer(String name, int fallback) {
    return Math.clamp(number(name, fallback), Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  boolean flag(String name, boolean fallback) {
    JsonNode value = node.get(name);
    if (value == null || !value.isBoolean()) {
      return fallback;
    }
    return value.booleanValue();
  }

  List<String> texts(String name) {
    List<String> values = new ArrayList<>();
    JsonNode list = node.get(name);
    if (list != null && list.isArray()) {
      for (JsonNode item : list) {
        values.add(item.isTextual() ? item.textValue() : item.toString());
      }
    }
    return values;
  }

  /** The objects in a list; what is none is left out. */
  List<Fields> objects(String name) {
    List<Fields> values = new ArrayList<>();
    JsonNode list = node.get(name);
    if (list != null && list.isArray()) {
      for (JsonNode item : list) {
        if (item.isObject()) {
          values.add(new Fields(item));
        }
      }
    }
    return values;
  }

  @Nullable Fields object(String name) {
    JsonNode value = node.get(name);
    return value != null && value.isObject() ? new Fields(value) : null;
  }
}
