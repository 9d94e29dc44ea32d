package dev.deployctl.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which hosts: every key must be there with one of its values. {@code *} and {@code ?} in a value
 * match as they do in EC2. The same query means the same on a file and on EC2.
 *
 * @param tags what a host must have
 * @param excluded a host that has one of these is left out, whatever else it has
 */
public record TagQuery(Map<String, List<String>> tags, Map<String, List<String>> excluded) {
  public TagQuery {
    tags = copy(tags);
    excluded = copy(excluded);
  }

  /** A query that leaves nothing out. */
  public TagQuery(Map<String, List<String>> tags) {
    this(tags, Map.of());
  }

  private static Map<String, List<String>> copy(Map<String, List<String>> map) {
    Map<String, List<String>> copy = new LinkedHashMap<>();
    map.forEach((key, values) -> copy.put(key, List.copyOf(values)));
    return java.util.Collections.unmodifiableMap(copy);
  }

  /** Says whether the host has all that is asked for, and nothing that is excluded. */
  public boolean matches(Host host) {
    return tags.keySet().stream().allMatch(key -> matches(host, key))
        && excluded.keySet().stream().noneMatch(key -> excludes(host, key));
  }

  /** Says whether the host meets one condition of the query. */
  public boolean matches(Host host, String key) {
    return has(host, key, tags.getOrDefault(key, List.of()));
  }

  /** Says whether the host is left out for one of its tags. */
  public boolean excludes(Host host, String key) {
    return has(host, key, excluded.getOrDefault(key, List.of()));
  }

  private static boolean has(Host host, String key, List<String> anyOf) {
    var has = host.tags().get(key);
    return has != null
        && anyOf.stream()
            .anyMatch(wanted -> has.stream().anyMatch(value -> matches(wanted, value)));
  }

  /** The query as a person would say it: {@code App=blog Role=web,app Stage!=old}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    append(text, tags, "=");
    append(text, excluded, "!=");
    return text.toString();
  }

  private static void append(StringBuilder text, Map<String, List<String>> map, String relation) {
    map.forEach(
        (key, values) ->
            text.append(text.isEmpty() ? "" : " ")
                .append(key)
                .append(relation)
                .append(String.join(",", values)));
  }

  /**
   * Matches text as EC2 filters do: {@code *} is any text, {@code ?} one character. Goes back to
   * the last star alone, so the cost is at most the product of both lengths.
   */
  static boolean matches(String pattern, String text) {
    int p = 0;
    int t = 0;
    int star = -1;
    int afterStar = 0;
    while (t < text.length()) {
      char wanted = p < pattern.length() ? pattern.charAt(p) : 0;
      if (p < pattern.length() && wanted == '*') {
        star = p++;
        afterStar = t;
      } else if (p < pattern.length() && (wanted == '?' || wanted == text.charAt(t))) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++afterStar;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
