package dev.deployctl.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * So many of something: a number, or a share of the whole. Batch sizes and failure budgets are
 * amounts.
 */
public sealed interface Amount {
  /** A number, whatever the whole is. */
  record Count(int value) implements Amount {
    @Override
    public int of(int whole) {
      return Math.min(value, whole);
    }

    @Override
    public String toString() {
      return String.valueOf(value);
    }
  }

  /** A share of the whole, rounded down: 25 % of 7 are 1. */
  record Percent(int value) implements Amount {
    @Override
    public int of(int whole) {
      return (int) ((long) whole * value / 100);
    }

    @Override
    public String toString() {
      return value + "%";
    }
  }

  /** Returns the number that this is of {@code whole}. */
  int of(int whole);

  /** Reads {@code 3} or {@code 25%}. */
  static Amount parse(String text) {
    Matcher matcher = Syntax.AMOUNT.matcher(text.strip());
    if (matcher.matches()) {
      int value = Integer.parseInt(matcher.group(1));
      if (matcher.group(2) == null) {
        return new Count(value);
      }
      if (value <= 100) {
        return new Percent(value);
      }
    }
    throw new DeployException(
        FailureKind.USAGE,
        "not a number or percentage: " + Quoted.of(text),
        "write a number such as 2, or a share such as 25%");
  }

  /** Holds the pattern, which an interface could not keep to itself. */
  final class Syntax {
    private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,6})\\s?(%)?");

    private Syntax() {}
  }
}
