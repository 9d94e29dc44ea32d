package dev.deployctl.output.terminal;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The abilities of the terminal at the other end of standard output.
 *
 * @param width columns; {@link #UNLIMITED} where lines may be as long as they like
 * @param height lines
 * @param colour whether colours may be used
 * @param unicode whether more than ASCII may be used
 * @param interactive whether lines can be redrawn in place
 */
public record Terminal(
    int width, int height, boolean colour, boolean unicode, boolean interactive) {
  public static final int UNLIMITED = Integer.MAX_VALUE;

  private static final Size USUAL = new Size(80, 24);

  /** Columns and lines. */
  public record Size(int width, int height) {
    /** Reads what {@code stty size} prints: lines, then columns. */
    public static Optional<Size> parse(String text) {
      String[] words = text.strip().split(" ", -1);
      if (words.length != 2) {
        return Optional.empty();
      }
      int height = number(words[0]);
      int width = number(words[1]);
      return width > 0 && height > 0 ? Optional.of(new Size(width, height)) : Optional.empty();
    }
  }

  /** A file, a pipe or a log: no colours, no redrawing, no cutting. */
  public static Terminal plain(boolean unicode) {
    return new Terminal(UNLIMITED, USUAL.height(), false, unicode, false);
  }

  /**
   * Decides from what is known.
   *
   * @param tty whether standard output is a terminal
   * @param environment the process's environment
   * @param size asks the terminal; called only where the answer matters
   */
  public static Terminal of(
      boolean tty, Map<String, String> environment, Supplier<Optional<Size>> size) {
    boolean dumb = "dumb".equals(environment.get("TERM"));
    boolean unicode = unicode(environment);
    boolean colour = colour(tty && !dumb, environment);
    int columns = number(environment.getOrDefault("COLUMNS", ""));
    if (!tty) {
      return new Terminal(
          columns > 0 ? columns : UNLIMITED, USUAL.height(), colour, unicode, false);
    }
    Size asked = size.get().orElse(USUAL);
    // A shell exports COLUMNS only on purpose, and then it is the user's word.
    return new Terminal(
        columns > 0 ? columns : asked.width(), asked.height(), colour, unicode, !dumb);
  }

  private static boolean colour(boolean able, Map<String, String> environment) {
    if (!environment.getOrDefault("NO_COLOR", "").isEmpty()) {
      return false;
    }
    String force = environment.getOrDefault("CLICOLOR_FORCE", "");
    return able || !(force.isEmpty() || force.equals("0"));
  }

  /** The first of the three that is set decides, as in the C library. */
  private static boolean unicode(Map<String, String> environment) {
    for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
      String value = environment.getOrDefault(name, "").toLowerCase(Locale.ROOT);
      if (!value.isEmpty()) {
        return value.contains("utf-8") || value.contains("utf8");
      }
    }
    return false;
  }

  private static int number(String text) {
    return text.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(text) : 0;
  }
}
