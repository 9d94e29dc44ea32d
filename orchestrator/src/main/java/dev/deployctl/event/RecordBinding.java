package dev.deployctl.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Binds a record to JSON objects, in both directions: each component is a field, named in snake
 * case. Reading never fails, because a field of another type counts as absent.
 *
 * <p>Jackson reads and writes the text and holds the tree. Its own binding of classes is not used:
 * it loses the order of unknown fields, and its first read of a record takes longer.
 */
final class RecordBinding {
  private static final ClassValue<RecordBinding> ALL =
      new ClassValue<>() {
        @Override
        protected RecordBinding computeValue(Class<?> type) {
          return new RecordBinding(type);
        }
      };

  /** Fields of each line that are no fields of its event, unless a component stands for them. */
  private static final List<String> ENVELOPE = List.of("v", "ts", "type");

  private final Constructor<?> constructor;
  private final Map<String, RecordField> fields = new LinkedHashMap<>();

  private RecordBinding(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    for (RecordComponent component : components) {
      RecordField field = new RecordField(component);
      fields.put(field.name(), field);
    }
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      constructor = type.getDeclaredConstructor(types);
    } catch (NoSuchMethodException impossible) {
      throw new IllegalStateException("a record without its constructor: " + type, impossible);
    }
  }

  static RecordBinding of(Class<?> type) {
    return ALL.get(type);
  }

  /** Returns a record with the values of the object. */
  Object read(ObjectNode json) {
    @Nullable Object[] values = new @Nullable Object[fields.size()];
    int next = 0;
    for (RecordField field : fields.values()) {
      values[next++] =
          field.holdsOthers()
              ? OtherFields.of(others(json).without(ENVELOPE))
              : field.read(json.get(field.name()));
    }
    try {
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      Throwable cause = e instanceof InvocationTargetException ? e.getCause() : e;
      throw new IllegalStateException("cannot make a " + constructor.getDeclaringClass(), cause);
    }
  }

  /** Returns the record's components as fields, except the unknown fields that it holds. */
  ObjectNode write(Object record) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    for (RecordField field : fields.values()) {
      if (!field.holdsOthers()) {
        json.set(field.name(), tree(field.of(record)));
      }
    }
    return json;
  }

  /** Returns what of an object is bound to no component, in it and in the objects within it. */
  private ObjectNode others(ObjectNode json) {
    ObjectNode others = JsonNodeFactory.instance.objectNode();
    for (var property : json.properties()) {
      RecordField field = fields.get(property.getKey());
      JsonNode rest = field == null ? property.getValue() : others(field, property.getValue());
      if (rest != null) {
        others.set(property.getKey(), rest);
      }
    }
    return others;
  }

  /** Returns the same for the value of a known field; null where nothing is left of it. */
  private static @Nullable JsonNode others(RecordField field, JsonNode value) {
    Class<?> record = field.record();
    if (record == null) {
      return null;
    }
    if (!field.isList()) {
      ObjectNode rest = value instanceof ObjectNode object ? of(record).others(object) : null;
      return rest == null || rest.isEmpty() ? null : rest;
    }
    ArrayNode rests = JsonNodeFactory.instance.arrayNode();
    boolean any = false;
    for (JsonNode item : value.isArray() ? value : rests) {
      if (item instanceof ObjectNode object) {
        ObjectNode rest = of(record).others(object);
        rests.add(rest);
        any |= !rest.isEmpty();
      }
    }
    return any ? rests : null;
  }

  private static JsonNode tree(@Nullable Object value) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (value) {
      case null -> nodes.nullNode();
      case String text -> nodes.textNode(text);
      case Integer number -> nodes.numberNode(number);
      case Long number -> nodes.numberNode(number);
      case Boolean flag -> nodes.booleanNode(flag);
      case List<?> list -> {
        ArrayNode array = nodes.arrayNode();
        list.forEach(item -> array.add(tree(item)));
        yield array;
      }
      case Record record -> of(record.getClass()).write(record);
      default -> throw new IllegalStateException("no form in JSON for " + value.getClass());
    };
  }
}
