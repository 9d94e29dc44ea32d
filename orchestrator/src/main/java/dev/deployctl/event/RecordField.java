package dev.deployctl.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A component of a record, and the field of a JSON object that it is bound to. */
final class RecordField {
  private final String name;
  private final Class<?> type;
  private final @Nullable Class<?> item;
  private final @Nullable String absent;
  private final Method accessor;

  RecordField(RecordComponent component) {
    WireName given = component.getAnnotation(WireName.class);
    WhenAbsent value = component.getAnnotation(WhenAbsent.class);
    name = given == null ? separated(component.getName(), '_') : given.value();
    absent = value == null ? null : value.value();
    type = component.getType();
    item =
        type == List.class && component.getGenericType() instanceof ParameterizedType list
            ? (Class<?>) list.getActualTypeArguments()[0]
            : null;
    accessor = component.getAccessor();
  }

  String name() {
    return name;
  }

  /** Returns whether it holds the fields that are bound to no component. */
  boolean holdsOthers() {
    return type == OtherFields.class;
  }

  /** Returns the class of the record that it holds, or of the records in the list that it holds. */
  @Nullable Class<?> record() {
    Class<?> held = item == null ? type : item;
    return held.isRecord() ? held : null;
  }

  boolean isList() {
    return item != null;
  }

  /** Returns its value in a record. */
  @Nullable Object of(Object record) {
    try {
      return accessor.invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("cannot read " + accessor, e);
    }
  }

  /** Returns the component's value for a field that may be absent or of any type. */
  @Nullable Object read(@Nullable JsonNode value) {
    if (type == String.class) {
      return value != null && value.isTextual() ? value.textValue() : absent;
    }
    if (type == boolean.class) {
      return value != null && value.isBoolean() && value.booleanValue();
    }
    if (type == List.class) {
      return items(value);
    }
    if (type.isRecord()) {
      return record(value);
    }
    return number(value);
  }

  private @Nullable Object number(@Nullable JsonNode value) {
    long number;
    if (value != null && value.isNumber()) {
      number = value.longValue();
    } else if (absent != null) {
      number = Long.parseLong(absent);
    } else if (type.isPrimitive()) {
      number = 0;
    } else {
      return null;
    }
    boolean small = type == int.class || type == Integer.class;
    return small
        ? (Object) Math.clamp(number, Integer.MIN_VALUE, Integer.MAX_VALUE)
        : (Object) number;
  }

  private @Nullable Object record(@Nullable JsonNode value) {
    if (value instanceof ObjectNode object) {
      return RecordBinding.of(type).read(object);
    }
    return absent == null
        ? null
        : RecordBinding.of(type).read(JsonNodeFactory.instance.objectNode());
  }

  /** Of a list of records what is no object is left out; a list of texts has a text for each. */
  private List<Object> items(@Nullable JsonNode value) {
    List<Object> items = new ArrayList<>();
    Class<?> record = record();
    if (value != null && value.isArray()) {
      for (JsonNode one : value) {
        if (record == null) {
          items.add(one.isTextual() ? one.textValue() : one.toString());
        } else if (one instanceof ObjectNode object) {
          items.add(RecordBinding.of(record).read(object));
        }
      }
    }
    return items;
  }

  /** Returns a name in camel case in lower case, its words separated. */
  static String separated(String name, char separator) {
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char letter = name.charAt(i);
      if (i > 0 && Character.isUpperCase(letter)) {
        words.append(separator);
      }
      words.append(Character.toLowerCase(letter));
    }
    return words.toString();
  }
}
