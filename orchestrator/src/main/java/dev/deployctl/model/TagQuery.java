package dev.deployctl.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Which hosts: every key must be there with one of its values. {@code *} and {@code ?} in a value
 * match as they do in EC2. The same query means the same on a file and on EC2.
 */
public record TagQuery(Map<String, List<String>> tags) {
  public TagQuery {
    Map<String, List<String>> copy = new LinkedHashMap<>();
    tags.forEach((key, values) -> copy.put(key, List.copyOf(values)));
    tags = java.util.Collections.unmodifiableMap(copy);
  }

  /** Says whether the host has all that is asked for. */
  public boolean matches(Host host) {
    return tags.keySet().stream().allMatch(key -> matches(host, key));
  }

  /** Says whether the host meets one condition of the query. */
  public boolean matches(Host host, String key) {
    var has = host.tags().get(key);
    return has != null
        && tags.getOrDefault(key, List.of()).stream()
            .map(TagQuery::pattern)
            .anyMatch(wanted -> has.stream().anyMatch(value -> wanted.matcher(value).matches()));
  }

  private static Pattern pattern(String value) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '*' -> regex.append(".*");
        case '?' -> regex.append('.');
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  /** The query as a person would say it: {@code App=blog Role=web,app}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    tags.forEach(
        (key, values) ->
            text.append(text.isEmpty() ? "" : " ")
                .append(key)
                .append('=')
                .append(String.join(",", values)));
    return text.toString();
  }
}
