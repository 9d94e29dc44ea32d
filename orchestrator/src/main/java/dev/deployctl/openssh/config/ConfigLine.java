package dev.deployctl.openssh.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A line of ssh_config with a keyword.
 *
 * @param keyword in lower case
 * @param rest the text after the keyword
 * @param words the same, split and unquoted; empty if a quote is not closed
 */
record ConfigLine(
    Path file, int number, String keyword, String rest, Optional<List<String>> words) {
  private static final String BLANK = " \t\r\n";

  String place() {
    return number == 0 ? file.toString() : file + ":" + number;
  }

  /** Reads one line; empty if it has only a comment. */
  static Optional<ConfigLine> read(Path file, int number, String text) {
    Cursor cursor = new Cursor(stripEnd(text));
    Optional<String> keyword = cursor.next();
    if (keyword.isPresent() && keyword.get().isEmpty()) {
      keyword = cursor.next();
    }
    if (keyword.isEmpty() || keyword.get().isEmpty() || keyword.get().startsWith("#")) {
      return Optional.empty();
    }
    String rest = cursor.rest();
    int start = 0;
    while (start < rest.length() && BLANK.indexOf(rest.charAt(start)) >= 0) {
      start++;
    }
    rest = rest.substring(start);
    return Optional.of(
        new ConfigLine(file, number, Patterns.lower(keyword.get()), rest, split(rest)));
  }

  private static String stripEnd(String text) {
    int end = text.length();
    while (end > 1 && (BLANK + "\f").indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    return text.substring(0, end);
  }

  /**
   * Splits a line into arguments as ssh does: both quotes group, a backslash escapes a quote,
   * itself, and outside of quotes a blank; an argument that begins with # begins a comment.
   */
  static Optional<List<String>> split(String text) {
    List<String> words = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      char first = text.charAt(at);
      if (first == ' ' || first == '\t') {
        at++;
        continue;
      }
      if (first == '#') {
        break;
      }
      StringBuilder word = new StringBuilder();
      char quote = 0;
      for (; at < text.length(); at++) {
        char c = text.charAt(at);
        if (c == '\\' && escapes(text, at + 1, quote)) {
          word.append(text.charAt(++at));
        } else if (quote == 0 && (c == ' ' || c == '\t')) {
          break;
        } else if (quote == 0 && (c == '"' || c == '\'')) {
          quote = c;
        } else if (quote != 0 && c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      }
      if (quote != 0) {
        return Optional.empty();
      }
      words.add(word.toString());
    }
    return Optional.of(words);
  }

  private static boolean escapes(String text, int at, char quote) {
    if (at >= text.length()) {
      return false;
    }
    char c = text.charAt(at);
    return c == '\'' || c == '"' || c == '\\' || (quote == 0 && c == ' ');
  }

  /**
   * Reads words of a line that end at blanks or at one equals sign; double quotes group. Keywords
   * and the criteria of Match are read this way.
   */
  static final class Cursor {
    private String rest;
    private boolean ended;

    Cursor(String text) {
      rest = text;
    }

    /** Returns the text that is left; empty at the end. */
    String rest() {
      return ended ? "" : rest;
    }

    /**
     * Returns the next word, which can be empty; nothing at the end or if a quote is not closed.
     */
    Optional<String> next() {
      if (ended) {
        return Optional.empty();
      }
      int at = 0;
      while (at < rest.length() && (BLANK + "\"=").indexOf(rest.charAt(at)) < 0) {
        at++;
      }
      if (at == rest.length()) {
        ended = true;
        return Optional.of(rest);
      }
      String word = rest.substring(0, at);
      if (rest.charAt(at) == '"') {
        int close = rest.indexOf('"', at + 1);
        if (close < 0) {
          ended = true;
          return Optional.empty();
        }
        word += rest.substring(at + 1, close);
        rest = rest.substring(skipBlanks(close + 1));
        return Optional.of(word);
      }
      boolean equals = rest.charAt(at) == '=';
      int after = skipBlanks(at + 1);
      if (!equals && after < rest.length() && rest.charAt(after) == '=') {
        after = skipBlanks(after + 1);
      }
      rest = rest.substring(after);
      return Optional.of(word);
    }

    private int skipBlanks(int from) {
      int at = from;
      while (at < rest.length() && BLANK.indexOf(rest.charAt(at)) >= 0) {
        at++;
      }
      return at;
    }
  }
}
