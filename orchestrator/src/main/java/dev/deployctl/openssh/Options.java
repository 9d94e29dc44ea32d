package dev.deployctl.openssh;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What has been set so far. The first value of a keyword stays, but for the few that add up. */
final class Options {
  private final Map<String, List<String>> values = new LinkedHashMap<>();
  private final Set<String> notes = new LinkedHashSet<>();

  boolean has(String keyword) {
    return values.containsKey(keyword);
  }

  Optional<String> first(String keyword) {
    return Optional.ofNullable(values.get(keyword)).filter(v -> !v.isEmpty()).map(List::getFirst);
  }

  List<String> all(String keyword) {
    return values.getOrDefault(keyword, List.of());
  }

  void setOnce(String keyword, List<String> value) {
    values.putIfAbsent(keyword, new ArrayList<>(value));
  }

  void setOnce(String keyword, String value) {
    setOnce(keyword, List.of(value));
  }

  void replace(String keyword, List<String> value) {
    values.put(keyword, new ArrayList<>(value));
  }

  void clear(String keyword) {
    values.remove(keyword);
  }

  /** Adds one more value, unless it is there. */
  void add(String keyword, String value) {
    List<String> list = values.computeIfAbsent(keyword, k -> new ArrayList<>());
    if (!list.contains(value)) {
      list.add(value);
    }
  }

  /** Adds one more value, even if it is there. */
  void append(String keyword, String value) {
    values.computeIfAbsent(keyword, k -> new ArrayList<>()).add(value);
  }

  /** Remembers something that only matters to someone who looks for a fault. */
  void note(String text) {
    notes.add(text);
  }

  List<String> notes() {
    return List.copyOf(notes);
  }
}
