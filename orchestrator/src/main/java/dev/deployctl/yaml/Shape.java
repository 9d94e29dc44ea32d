package dev.deployctl.yaml;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The values that a file may have somewhere. Checks, editors' completion and docs use it. */
public sealed interface Shape {
  /** Returns what is expected, for messages: {@code a number}. */
  String what();

  /** Fixed keys, each with its meaning. */
  record Fields(SequencedMap<String, Field> fields) implements Shape {
    public Fields {
      fields = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(fields));
    }

    @Override
    public String what() {
      return "a mapping";
    }
  }

  /**
   * One key of {@link Fields}.
   *
   * @param fallback what holds where the key is missing, as it would be written; null for nothing
   */
  record Field(Shape shape, String description, boolean required, @Nullable String fallback) {}

  /** Keys that the file's author chooses, all with values of one shape. */
  record Entries(String keyWhat, Pattern keys, Shape value) implements Shape {
    @Override
    public String what() {
      return "a mapping";
    }
  }

  /** A list, or where {@code orOne} says so a single item without brackets. */
  record Items(Shape item, boolean orOne) implements Shape {
    @Override
    public String what() {
      return orOne ? item.what() + " or a list of them" : "a list";
    }
  }

  /**
   * A scalar.
   *
   * @param check throws a DeployException that says what is wrong
   * @param pattern what it must match, for editors; null where every text will do
   */
  record Scalar(String what, Consumer<String> check, @Nullable Pattern pattern) implements Shape {}

  /** One word of a few. */
  record Choice(List<String> words) implements Shape {
    public Choice {
      words = List.copyOf(words);
    }

    @Override
    public String what() {
      return "one of " + String.join(", ", words);
    }
  }
}
