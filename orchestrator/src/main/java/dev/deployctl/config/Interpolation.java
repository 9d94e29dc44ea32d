package dev.deployctl.config;

import dev.deployctl.yaml.Node;
import dev.deployctl.yaml.Paths;
import dev.deployctl.yaml.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Fills {@code ${NAME}} from the environment; {@code $$} is a dollar sign. A lone dollar sign is a
 * mistake: it is more likely a variable that would silently stay unfilled.
 */
final class Interpolation {
  private static final Pattern DOLLAR =
      Pattern.compile("\\$(?:(\\$)|\\{([A-Za-z_][A-Za-z0-9_]*)\\}|)");

  private final Map<String, String> environment;
  private final Problems problems;

  Interpolation(Map<String, String> environment, Problems problems) {
    this.environment = environment;
    this.problems = problems;
  }

  /** Returns whether a text has variables to fill in. */
  static boolean has(Node.Text text) {
    return text.written().indexOf('$') >= 0;
  }

  /** Returns the names of the variables in a text. */
  static Stream<String> variables(String written) {
    return DOLLAR.matcher(written).results().map(match -> match.group(2)).filter(n -> n != null);
  }

  Node.Mapping fill(Node.Mapping mapping, String path) {
    SequencedMap<String, Node.Entry> entries = new LinkedHashMap<>();
    mapping
        .entries()
        .forEach(
            (key, entry) ->
                entries.put(
                    key,
                    new Node.Entry(entry.keyPlace(), fill(entry.value(), Paths.key(path, key)))));
    return new Node.Mapping(mapping.place(), entries);
  }

  private Node fill(Node node, String path) {
    return switch (node) {
      case Node.Text text -> has(text) ? fill(text, path) : text;
      case Node.Mapping mapping -> fill(mapping, path);
      case Node.Nothing nothing -> nothing;
      case Node.Sequence list -> {
        List<Node> items = new ArrayList<>();
        for (int i = 0; i < list.items().size(); i++) {
          items.add(fill(list.items().get(i), Paths.item(path, i)));
        }
        yield new Node.Sequence(list.place(), items);
      }
    };
  }

  private Node.Text fill(Node.Text text, String path) {
    String value =
        DOLLAR
            .matcher(text.written())
            .replaceAll(match -> Matcher.quoteReplacement(replacement(match, text, path)));
    return new Node.Text(text.place(), value, text.written());
  }

  private String replacement(MatchResult match, Node.Text text, String path) {
    String name = match.group(2);
    if (match.group(1) != null) {
      return "$";
    }
    if (name == null) {
      problems.add(
          text.place(), path, "a lone $: write ${NAME} for a variable, $$ for a dollar sign");
      return "$";
    }
    String value = environment.get(name);
    if (value == null) {
      problems.add(text.place(), path, "the environment variable " + name + " is not set");
      return match.group();
    }
    return value;
  }
}
