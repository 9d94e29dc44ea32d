package dev.deployctl.output.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deployctl.model.Host;
import dev.deployctl.rollout.outcome.Release;
import java.util.Collection;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The objects that every JSON answer is made of. {@code docs/json-output.md} is their reference.
 */
public final class Json {
  /** Of the whole output; grows when a field changes its meaning, not when one is added. */
  static final int VERSION = 1;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.ALWAYS, JsonInclude.Include.ALWAYS))
          .build();

  private Json() {}

  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** A record's components as fields, {@code waitedMs} as {@code waited_ms}. */
  public static JsonNode tree(@Nullable Object record) {
    return MAPPER.valueToTree(record);
  }

  public static <T> ArrayNode list(Collection<T> items, Function<T, JsonNode> each) {
    ArrayNode list = MAPPER.createArrayNode();
    items.forEach(item -> list.add(each.apply(item)));
    return list;
  }

  static ArrayNode texts(Collection<String> items) {
    ArrayNode list = MAPPER.createArrayNode();
    items.forEach(list::add);
    return list;
  }

  /** {@code DONE} as {@code done}, {@code OVER_BUDGET} as {@code over-budget}. */
  static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static ObjectNode host(Host host) {
    return object().put("id", host.id()).put("name", host.name()).put("zone", host.zone());
  }

  static JsonNode release(@Nullable Release release) {
    if (release == null) {
      return MAPPER.nullNode();
    }
    return object()
        .put("id", text(release.id()))
        .put("digest", text(release.digest()))
        .put("tag", text(release.tag()));
  }

  static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  /** One line, without a line break in it whatever it holds. */
  static String line(ObjectNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values must have a text", e);
    }
  }
}
