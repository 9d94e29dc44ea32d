package dev.deployctl.placement;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Quoted;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of memory.
 *
 * @param bytes the amount, not negative
 */
public record MemorySize(long bytes) implements Comparable<MemorySize> {
  private static final Pattern SYNTAX = Pattern.compile("([1-9][0-9]{0,8})([kmgt])");
  private static final long KIB = 1024;

  /** Bytes of a MiB. */
  private static final long MIB = KIB * KIB;

  public MemorySize {
    if (bytes < 0) {
      throw new IllegalArgumentException("negative: " + bytes);
    }
  }

  /** Reads {@code 512m} or {@code 2g}, as the app definitions on the hosts write it. */
  public static MemorySize parse(String text) {
    Matcher matcher = SYNTAX.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new DeployException(
          FailureKind.USAGE,
          "not an amount of memory: " + Quoted.of(text),
          "write a number with a unit, such as 512m or 2g");
    }
    long unit =
        switch (matcher.group(2)) {
          case "k" -> KIB;
          case "m" -> MIB;
          case "g" -> MIB * KIB;
          default -> MIB * MIB;
        };
    return new MemorySize(Long.parseLong(matcher.group(1)) * unit);
  }

  @Override
  public int compareTo(MemorySize other) {
    return Long.compare(bytes, other.bytes);
  }

  /** Returns it for people, rounded down: {@code 1,536 MiB}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%,d MiB", bytes / MIB);
  }
}
