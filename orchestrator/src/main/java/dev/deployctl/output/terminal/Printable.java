package dev.deployctl.output.terminal;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * Makes text that came from outside safe to show. Whatever a host, an image, a file or a user wrote
 * passes through here before it meets a terminal or a log.
 */
public final class Printable {
  // Whole terminal sequences go, so that a coloured log line reads well without its colours.
  private static final Pattern SEQUENCE =
      Pattern.compile(
          "\u001b\\[[0-?]*[ -/]*[@-~]" // CSI
              + "|\u001b[\\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\\\)?" // OSC, DCS, SOS, PM, APC
              + "|\u001b[ -/]*[0-~]" // the rest
              + "|\u009b[0-?]*[ -/]*[@-~]"); // CSI in one byte

  private static final Map<Integer, String> ASCII =
      Map.ofEntries(
          Map.entry((int) '✓', "+"),
          Map.entry((int) '✗', "x"),
          Map.entry((int) '▶', ">"),
          Map.entry((int) '·', "-"),
          Map.entry((int) '→', "->"),
          Map.entry((int) '…', "..."),
          Map.entry((int) '≠', "!="),
          Map.entry((int) '×', "x"),
          Map.entry((int) '–', "-"),
          Map.entry((int) '—', "-"),
          Map.entry((int) '‘', "'"),
          Map.entry((int) '’', "'"),
          Map.entry((int) '“', "\""),
          Map.entry((int) '”', "\""));

  private Printable() {}

  /**
   * The text on one line, without anything that moves a cursor, changes a colour or turns the
   * direction of reading.
   */
  public static String text(String raw) {
    if (clean(raw)) {
      return raw;
    }
    StringBuilder text = new StringBuilder(raw.length());
    SEQUENCE
        .matcher(raw)
        .replaceAll("")
        .codePoints()
        .forEach(
            point -> {
              if (point == '\t' || point == '\n' || point == 0x2028 || point == 0x2029) {
                text.append(' ');
              } else if (!hidden(point)) {
                text.appendCodePoint(point);
              }
            });
    return text.toString();
  }

  /** The same for a terminal that shows nothing but ASCII. */
  static String ascii(String raw) {
    String clean = text(raw);
    if (clean.chars().allMatch(c -> c < 0x7f)) {
      return clean;
    }
    StringBuilder text = new StringBuilder(clean.length());
    clean
        .codePoints()
        .forEach(
            point -> {
              if (point < 0x7f) {
                text.append((char) point);
              } else {
                text.append(ASCII.getOrDefault(point, "?"));
              }
            });
    return text.toString();
  }

  private static boolean clean(String raw) {
    return raw.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
  }

  private static boolean hidden(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR -> true;
      // Joins the parts of some emoji; every other format character hides or reorders text.
      case Character.FORMAT -> point != 0x200d;
      default -> false;
    };
  }
}
