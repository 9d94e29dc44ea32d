package dev.deployctl.yaml;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** A value of a file, and where it stands. Scalars stay text: what they mean is for readers. */
public sealed interface Node {
  Place place();

  /** Returns the kind of value, for messages: {@code a list}. */
  String kind();

  /**
   * A scalar.
   *
   * @param value what it says
   * @param written what stands in the file, which differs where a variable was filled in
   */
  record Text(Place place, String value, String written) implements Node {
    @Override
    public String kind() {
      return "a single value";
    }
  }

  /** A key with nothing behind it, {@code null} or {@code ~}. */
  record Nothing(Place place) implements Node {
    @Override
    public String kind() {
      return "empty";
    }
  }

  /** A list. */
  record Sequence(Place place, List<Node> items) implements Node {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String kind() {
      return "a list";
    }
  }

  /** Keys with values, in the order of the file. */
  record Mapping(Place place, SequencedMap<String, Entry> entries) implements Node {
    public Mapping {
      entries = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(entries));
    }

    @Override
    public String kind() {
      return "a mapping";
    }

    /** The value of a key, or null. */
    public @Nullable Node get(String key) {
      Entry entry = entries.get(key);
      return entry == null ? null : entry.value();
    }

    /** The mapping behind a key, or null where there is none. */
    public @Nullable Mapping mapping(String key) {
      return get(key) instanceof Mapping mapping ? mapping : null;
    }

    public static Mapping empty(Place place) {
      return new Mapping(place, new LinkedHashMap<>(Map.of()));
    }
  }

  /** One key of a mapping. */
  record Entry(Place keyPlace, Node value) {}
}
