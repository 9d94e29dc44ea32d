package dev.deployctl.openssh.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The values that are set so far. The first value of a keyword wins, except where values add up.
 */
final class Options {
  private final Map<String, List<String>> values = new LinkedHashMap<>();
  private final Map<String, String> places = new HashMap<>();
  private final Set<String> notes = new LinkedHashSet<>();
  private String place = "";

  /** Records the place of the values that are set from now on. */
  void reading(String at) {
    place = at;
  }

  /** Returns where a keyword was first set, for messages. */
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

  /** Adds a value unless it is already present. */
  void add(String keyword, String value) {
    if (!all(keyword).contains(value)) {
      append(keyword, value);
    }
  }

  /** Adds a value, even if it is already present. */
  void append(String keyword, String value) {
    values.computeIfAbsent(keyword, k -> new ArrayList<>()).add(value);
    places.putIfAbsent(keyword, place);
  }

  /** Records a note for the verbose log. */
  void note(String text) {
    notes.add(text);
  }

  List<String> notes() {
    return List.copyOf(notes);
  }
}
