package dev.deployctl.yaml;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.DidYouMean;
import dev.deployctl.model.Quoted;
import java.util.function.Predicate;

/** Holds a tree against its shape and gathers everything that is wrong. */
public final class Checker {
  private final Problems problems;
  private final boolean whole;
  private final Predicate<Node.Text> checked;

  /**
   * @param whole whether required keys must be there and empty values are mistakes; not so for an
   *     overlay
   * @param checked which scalars are ready to be looked at
   */
  public Checker(Problems problems, boolean whole, Predicate<Node.Text> checked) {
    this.problems = problems;
    this.whole = whole;
    this.checked = checked;
  }

  public void check(Node node, Shape shape, String path) {
    switch (shape) {
      case Shape.Fields fields -> fields(node, fields, path);
      case Shape.Entries entries -> entries(node, entries, path);
      case Shape.Items items -> items(node, items, path);
      case Shape.Scalar scalar -> scalar(node, scalar, path);
      case Shape.Choice choice -> choice(node, choice, path);
    }
  }

  private void fields(Node node, Shape.Fields shape, String path) {
    if (!(mappingOrEmpty(node) instanceof Node.Mapping mapping)) {
      wrong(node, shape, path);
      return;
    }
    mapping
        .entries()
        .forEach(
            (key, entry) -> {
              Shape.Field field = shape.fields().get(key);
              String inner = Paths.key(path, key);
              if (field != null) {
                check(entry.value(), field.shape(), inner);
              } else {
                problems.add(
                    entry.keyPlace(),
                    inner,
                    "unknown key",
                    DidYouMean.nearest(key, shape.fields().keySet()));
              }
            });
    if (whole) {
      shape
          .fields()
          .forEach(
              (key, field) -> {
                if (field.required() && mapping.get(key) == null) {
                  problems.add(
                      mapping.place(), Paths.key(path, key), "is missing: " + field.description());
                }
              });
    }
  }

  /** A section whose lines are all commented out reads as empty, not as a mistake. */
  private static Node mappingOrEmpty(Node node) {
    return node instanceof Node.Nothing nothing ? Node.Mapping.empty(nothing.place()) : node;
  }

  private void entries(Node node, Shape.Entries shape, String path) {
    if (!(mappingOrEmpty(node) instanceof Node.Mapping mapping)) {
      wrong(node, shape, path);
      return;
    }
    mapping
        .entries()
        .forEach(
            (key, entry) -> {
              String inner = Paths.key(path, key);
              if (!shape.keys().matcher(key).matches()) {
                problems.add(
                    entry.keyPlace(),
                    inner,
                    "not a valid " + shape.keyWhat() + " (it matches " + shape.keys() + ")");
              }
              check(entry.value(), shape.value(), inner);
            });
  }

  private void items(Node node, Shape.Items shape, String path) {
    if (node instanceof Node.Sequence sequence) {
      if (sequence.items().isEmpty()) {
        problems.add(node.place(), path, "is an empty list");
      }
      for (int i = 0; i < sequence.items().size(); i++) {
        Node item = sequence.items().get(i);
        String inner = Paths.item(path, i);
        if (item instanceof Node.Nothing) {
          problems.add(item.place(), inner, "is empty, " + shape.item().what() + " is expected");
        } else {
          check(item, shape.item(), inner);
        }
      }
    } else if (shape.orOne()) {
      check(node, shape.item(), path);
    } else {
      wrong(node, shape, path);
    }
  }

  private void scalar(Node node, Shape.Scalar shape, String path) {
    if (!(node instanceof Node.Text text)) {
      wrong(node, shape, path);
    } else if (checked.test(text)) {
      try {
        shape.check().accept(text.value());
      } catch (DeployException e) {
        String hint = e.hint();
        problems.add(node.place(), path, e.getMessage() + (hint == null ? "" : ": " + hint));
      }
    }
  }

  private void choice(Node node, Shape.Choice shape, String path) {
    if (!(node instanceof Node.Text text)) {
      wrong(node, shape, path);
    } else if (checked.test(text) && !shape.words().contains(text.value())) {
      problems.add(
          node.place(),
          path,
          Quoted.of(text.value()) + " is not " + shape.what(),
          DidYouMean.nearest(text.value(), shape.words()));
    }
  }

  private void wrong(Node node, Shape shape, String path) {
    if (whole || !(node instanceof Node.Nothing)) {
      problems.add(node.place(), path, "is " + node.kind() + ", " + shape.what() + " is expected");
    }
  }
}
