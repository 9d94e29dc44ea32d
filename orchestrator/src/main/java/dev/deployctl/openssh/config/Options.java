package dev.deployctl.openssh.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What has been set so far. The first value of a keyword stays, but for the few that add up. */
final class Options {
  private final Map<String, List<String>> values = new LinkedHashMap<>();
  private final Map<String, String> places = new HashMap<>();
  private final Set<String> notes = new LinkedHashSet<>();
  private String place = "";

  /** Where the values come from that are set from now on. */
  void reading(String at) {
    place = at;
  }

  /** Where a keyword was first set, for messages. */
  String placeOf(String keyword) {
    return places.getOrDefault(keyword, "ssh_config");
  }

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
    if (values.putIfAbsent(keyword, new ArrayList<>(value)) == null) {
      places.put(keyword, place);
    }
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
    if (!all(keyword).contains(value)) {
      append(keyword, value);
    }
  }

  /** Adds one more value, even if it is there. */
  void append(String keyword, String value) {
    values.computeIfAbsent(keyword, k -> new ArrayList<>()).add(value);
    places.putIfAbsent(keyword, place);
  }

  /** Remembers something that only matters to someone who looks for a fault. */
  void note(String text) {
    notes.add(text);
  }

  List<String> notes() {
    return List.copyOf(notes);
  }
}
