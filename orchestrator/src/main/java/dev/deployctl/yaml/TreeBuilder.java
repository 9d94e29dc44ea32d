package dev.deployctl.yaml;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.deployctl.model.Quoted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Turns the parser's tokens into nodes with places. */
final class TreeBuilder {
  private record Sized(Node node, long size) {}

  private final String file;
  private final int limit;
  private final Problems problems;
  private final Map<String, Sized> anchors = new HashMap<>();
  private long values;

  TreeBuilder(String file, int limit, Problems problems) {
    this.file = file;
    this.limit = limit;
    this.problems = problems;
  }

  Node build(YAMLParser parser) throws IOException {
    JsonToken token = parser.nextToken();
    if (token == null) {
      return new Node.Nothing(new Place(file, 1, 1));
    }
    Node root = value(parser, token, "");
    if (parser.nextToken() != null) {
      problems.add(
          place(parser), "", "a second document begins here (---): one file, one document");
    }
    return root;
  }

  private Node value(YAMLParser parser, JsonToken token, String path) throws IOException {
    Place place = place(parser);
    if (parser.isCurrentAlias()) {
      return alias(parser.getText(), place, path);
    }
    String anchor = parser.getObjectId();
    String tag = parser.getTypeId();
    if (tag != null) {
      String written = tag.replace("tag:yaml.org,2002:", "!!");
      problems.add(place, path, "YAML tags are not supported: " + Quoted.of(written));
    }
    long before = values;
    count(1, place);
    Node node =
        switch (token) {
          case START_OBJECT -> mapping(parser, place, path);
          case START_ARRAY -> sequence(parser, place, path);
          case VALUE_NULL -> new Node.Nothing(place);
          default -> {
            String text = parser.getText();
            yield new Node.Text(place, text, text);
          }
        };
    if (anchor != null) {
      anchors.put(anchor, new Sized(node, values - before));
    }
    return node;
  }

  private Node alias(String name, Place place, String path) {
    Sized target = anchors.get(name);
    if (target == null) {
      problems.add(place, path, "nothing complete is anchored as &" + printable(name) + " above");
      count(1, place);
      return new Node.Nothing(place);
    }
    count(target.size, place);
    return target.node;
  }

  private Node mapping(YAMLParser parser, Place place, String path) throws IOException {
    SequencedMap<String, Node.Entry> entries = new LinkedHashMap<>();
    while (next(parser) == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      Place keyPlace = place(parser);
      String inner = Paths.key(path, key);
      Node value = value(parser, next(parser), inner);
      if (key.equals("<<")) {
        problems.add(
            keyPlace, inner, "merge keys are not supported: name the keys, or use environments");
        continue;
      }
      Node.Entry earlier = entries.putIfAbsent(key, new Node.Entry(keyPlace, value));
      if (earlier != null) {
        problems.add(
            keyPlace,
            inner,
            "the same key stands on line " + earlier.keyPlace().line() + " already");
      }
    }
    return new Node.Mapping(place, entries);
  }

  private Node sequence(YAMLParser parser, Place place, String path) throws IOException {
    List<Node> items = new ArrayList<>();
    for (JsonToken token = next(parser); token != JsonToken.END_ARRAY; token = next(parser)) {
      items.add(value(parser, token, Paths.item(path, items.size())));
    }
    return new Node.Sequence(place, items);
  }

  private static JsonToken next(YAMLParser parser) throws IOException {
    @Nullable JsonToken token = parser.nextToken();
    if (token == null) {
      throw new java.io.EOFException("the file ends in the middle of a value");
    }
    return token;
  }

  /** An alias counts as all that it stands for: a few lines can stand for millions. */
  private void count(long more, Place place) {
    values += more;
    if (values > limit) {
      problems.add(place, "", "holds more than " + limit + " values, aliases followed: not read");
      throw problems.exception();
    }
  }

  private Place place(YAMLParser parser) {
    JsonLocation location = parser.currentTokenLocation();
    return new Place(file, Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
  }

  private static String printable(String name) {
    String quoted = Quoted.of(name);
    return quoted.substring(1, quoted.length() - 1);
  }
}
