package dev.deployctl.yaml;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a mapping that has been checked: what is not there is null or empty. */
public final class Values {
  private final Node.Mapping mapping;

  public Values(Node.Mapping mapping) {
    this.mapping = mapping;
  }

  public Node.Mapping node() {
    return mapping;
  }

  public @Nullable String text(String key) {
    return mapping.get(key) instanceof Node.Text text ? text.value() : null;
  }

  /** A value read by {@code reader}, or the fallback. */
  public <T extends @Nullable Object> T get(String key, Function<String, T> reader, T fallback) {
    String text = text(key);
    return text == null ? fallback : reader.apply(text);
  }

  /** One value or a list of them. */
  public List<String> texts(String key) {
    return texts(mapping.get(key));
  }

  /** The mapping behind the key; empty where there is none. */
  public Values section(String key) {
    Node.Mapping inner = mapping.mapping(key);
    return new Values(inner == null ? Node.Mapping.empty(mapping.place()) : inner);
  }

  /** Every entry as one value or a list. */
  public SequencedMap<String, List<String>> textsByKey() {
    SequencedMap<String, List<String>> all = new LinkedHashMap<>();
    mapping.entries().forEach((key, entry) -> all.put(key, texts(entry.value())));
    return all;
  }

  /** The mappings of a list. */
  public List<Values> sections(String key) {
    return mapping.get(key) instanceof Node.Sequence sequence
        ? sequence.items().stream()
            .filter(Node.Mapping.class::isInstance)
            .map(item -> new Values((Node.Mapping) item))
            .toList()
        : List.of();
  }

  public static List<String> texts(@Nullable Node node) {
    return switch (node) {
      case Node.Text text -> List.of(text.value());
      case Node.Sequence sequence ->
          sequence.items().stream()
              .filter(Node.Text.class::isInstance)
              .map(item -> ((Node.Text) item).value())
              .toList();
      case null, default -> List.of();
    };
  }
}
