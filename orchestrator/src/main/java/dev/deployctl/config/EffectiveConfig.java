package dev.deployctl.config;

import dev.deployctl.yaml.Node;
import dev.deployctl.yaml.Paths;
import dev.deployctl.yaml.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Every value in effect, and where it came from. */
public record EffectiveConfig(List<Line> lines) {
  /**
   * One value.
   *
   * @param origin {@code deployctl.yml:12}, with the variables that were filled in, or {@code
   *     default}
   */
  public record Line(String path, String value, String origin) {
    @Override
    public String toString() {
      return path + ": " + value + "  # " + origin;
    }
  }

  public EffectiveConfig {
    lines = List.copyOf(lines);
  }

  /** Lists the values of a tree that has been checked, and the defaults of what it lacks. */
  static EffectiveConfig of(Node.Mapping root) {
    List<Line> lines = new ArrayList<>();
    fields(root, ConfigShape.ENVIRONMENT, "", lines);
    return new EffectiveConfig(lines);
  }

  private static void fields(Node.Mapping node, Shape.Fields shape, String path, List<Line> lines) {
    shape
        .fields()
        .forEach(
            (key, field) -> {
              Node value = node.get(key);
              String inner = Paths.key(path, key);
              if (value != null) {
                value(value, field.shape(), inner, lines);
              } else if (field.fallback() != null) {
                lines.add(new Line(inner, field.fallback(), "default"));
              }
            });
  }

  private static void value(Node node, Shape shape, String path, List<Line> lines) {
    if (node instanceof Node.Mapping mapping) {
      switch (shape) {
        case Shape.Fields fields -> fields(mapping, fields, path, lines);
        case Shape.Entries entries ->
            mapping
                .entries()
                .forEach(
                    (key, entry) ->
                        value(entry.value(), entries.value(), Paths.key(path, key), lines));
        default -> throw new IllegalStateException("not checked: " + path);
      }
    } else if (node instanceof Node.Sequence list
        && shape instanceof Shape.Items(Shape.Fields fields, boolean _)) {
      for (int i = 0; i < list.items().size(); i++) {
        if (list.items().get(i) instanceof Node.Mapping item) {
          fields(item, fields, Paths.item(path, i), lines);
        }
      }
    } else if (!(node instanceof Node.Nothing)) {
      // URLs and tokens are secrets: shown as they are written, not as they are filled in.
      boolean secret = path.startsWith("notify.") || path.endsWith("].url");
      lines.add(new Line(path, text(node, secret), origin(node)));
    }
  }

  private static String text(Node node, boolean asWritten) {
    return switch (node) {
      case Node.Text text -> asWritten ? text.written() : text.value();
      case Node.Sequence list ->
          list.items().stream()
              .map(item -> text(item, asWritten))
              .collect(Collectors.joining(", ", "[", "]"));
      default -> "";
    };
  }

  private static String origin(Node node) {
    String variables =
        written(node)
            .flatMap(Interpolation::variables)
            .distinct()
            .map(name -> " $" + name)
            .collect(Collectors.joining());
    return node.place() + (variables.isEmpty() ? "" : " with" + variables);
  }

  private static java.util.stream.Stream<String> written(Node node) {
    return switch (node) {
      case Node.Text text -> java.util.stream.Stream.of(text.written());
      case Node.Sequence list -> list.items().stream().flatMap(EffectiveConfig::written);
      default -> java.util.stream.Stream.of();
    };
  }
}
