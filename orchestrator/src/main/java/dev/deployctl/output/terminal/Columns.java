package dev.deployctl.output.terminal;

import java.lang.Character.UnicodeScript;
import java.util.EnumSet;
import java.util.Set;

/** Counts the columns that text takes on a terminal, by the JDK's own Unicode tables. */
public final class Columns {
  private static final Set<UnicodeScript> WIDE =
      EnumSet.of(
          UnicodeScript.HAN,
          UnicodeScript.HIRAGANA,
          UnicodeScript.KATAKANA,
          UnicodeScript.HANGUL,
          UnicodeScript.BOPOMOFO,
          UnicodeScript.YI);

  private Columns() {}

  public static int of(String text) {
    int columns = 0;
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      columns += of(point);
      i += Character.charCount(point);
    }
    return columns;
  }

  public static int of(int point) {
    if (point < 0x300) {
      return 1;
    }
    int type = Character.getType(point);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    return wide(point) ? 2 : 1;
  }

  /** As much of the text as fits. */
  public static String cut(String text, int columns) {
    int used = 0;
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      used += of(point);
      if (used > columns) {
        return text.substring(0, i);
      }
      i += Character.charCount(point);
    }
    return text;
  }

  private static boolean wide(int point) {
    if (point >= 0xff61 && point <= 0xffdc) {
      return false; // halfwidth katakana and hangul
    }
    return (point >= 0x3000 && point <= 0x303e)
        || (point >= 0xff01 && point <= 0xffe6)
        || Character.isEmojiPresentation(point)
        || WIDE.contains(UnicodeScript.of(point));
  }
}
