package dev.deployctl.cli.options;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Quoted;
import dev.deployctl.model.TagQuery;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A tag that hosts must have, as it is typed: {@code Role=web,app}, any of the values. */
record HostTag(String key, List<String> values) {
  HostTag {
    values = List.copyOf(values);
  }

  static HostTag parse(String text) {
    int equals = text.indexOf('=');
    List<String> values =
        equals < 0 ? List.of() : List.of(text.substring(equals + 1).split(",", -1));
    // A variable of a script that is empty must not come to mean something else.
    if (equals < 1 || values.stream().anyMatch(String::isBlank)) {
      throw new DeployException(
          FailureKind.USAGE,
          "not a tag: " + Quoted.of(text),
          "a tag is KEY=VALUE or KEY=VALUE,VALUE");
    }
    return new HostTag(text.substring(0, equals), values);
  }

  /** Returns a query: a host must have every key, with any of the values given for it. */
  static TagQuery query(List<HostTag> tags) {
    Map<String, List<String>> query = new LinkedHashMap<>();
    tags.forEach(
        tag -> query.computeIfAbsent(tag.key(), key -> new ArrayList<>()).addAll(tag.values()));
    return new TagQuery(query);
  }

  @Override
  public String toString() {
    return key + "=" + String.join(",", values);
  }
}
