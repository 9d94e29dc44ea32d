package dev.deployctl.config;

import dev.deployctl.yaml.Node;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * Merges an environment into the configuration: mappings key by key, while single values and lists
 * are replaced, and an empty value removes a single value or a list.
 */
final class Overlay {
  private Overlay() {}

  static Node.Mapping merge(Node.Mapping base, Node.Mapping over) {
    SequencedMap<String, Node.Entry> merged = new LinkedHashMap<>(base.entries());
    over.entries()
        .forEach(
            (key, entry) -> {
              Node.Entry below = merged.get(key);
              Node value = entry.value();
              if (below != null
                  && below.value() instanceof Node.Mapping old
                  && value instanceof Node.Mapping more) {
                merged.put(key, new Node.Entry(entry.keyPlace(), merge(old, more)));
              } else if (value instanceof Node.Nothing) {
                if (below == null || !(below.value() instanceof Node.Mapping)) {
                  merged.remove(key);
                }
              } else {
                merged.put(key, entry);
              }
            });
    return new Node.Mapping(base.place(), merged);
  }

  /** Merges an environment; an inventory of another kind replaces the one below it. */
  static Node.Mapping environment(Node.Mapping base, Node.Mapping over) {
    Node.Mapping inventory = over.mapping("inventory");
    Node.Mapping below = base.mapping("inventory");
    if (inventory == null || below == null || inventory.entries().isEmpty()) {
      return merge(base, over);
    }
    boolean sameKind = inventory.entries().keySet().equals(below.entries().keySet());
    return merge(sameKind ? base : without(base, "inventory"), over);
  }

  static Node.Mapping without(Node.Mapping mapping, String key) {
    SequencedMap<String, Node.Entry> entries = new LinkedHashMap<>(mapping.entries());
    entries.remove(key);
    return new Node.Mapping(mapping.place(), entries);
  }

  static Node.Mapping with(Node.Mapping mapping, String key, Node value) {
    SequencedMap<String, Node.Entry> entries = new LinkedHashMap<>(mapping.entries());
    entries.put(key, new Node.Entry(value.place(), value));
    return new Node.Mapping(mapping.place(), entries);
  }
}
