package dev.deployctl.openssh.config;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The arguments of one keyword, read one after another. */
final class Arguments {
  private static final Pattern TIME_PART = Pattern.compile("([0-9]{1,10})([smhdwSMHDW]?)");

  private final ConfigLine line;
  private final LocalUser local;
  private final List<String> words;
  private int next;

  Arguments(ConfigLine line, LocalUser local) throws BadConfig {
    this.line = line;
    this.local = local;
    words = line.words().orElseThrow(() -> new BadConfig("a quote is not closed"));
  }

  ConfigLine line() {
    return line;
  }

  LocalUser local() {
    return local;
  }

  boolean more() {
    return next < words.size();
  }

  /** Returns the next argument, which must not be empty. */
  String word() throws BadConfig {
    if (!more()) {
      throw new BadConfig(line.keyword() + " lacks its argument");
    }
    String word = words.get(next++);
    if (word.isEmpty()) {
      throw new BadConfig(line.keyword() + " has an empty argument");
    }
    return word;
  }

  /** Returns the next argument, which may be empty. */
  String anyWord() throws BadConfig {
    return more() ? words.get(next++) : word();
  }

  /** Returns everything after the keyword, unparsed. */
  String raw() {
    next = words.size();
    int at = 0;
    while (at < line.rest().length() && " \t\r\n=".indexOf(line.rest().charAt(at)) >= 0) {
      at++;
    }
    return line.rest().substring(at);
  }

  void end() throws BadConfig {
    if (more()) {
      throw new BadConfig(line.keyword() + " has more arguments than it takes");
    }
  }

  /** Parses a time such as {@code 90}, {@code 90s}, {@code 1m30s} or {@code 1w2d}. */
  static int seconds(String text) throws BadConfig {
    Matcher part = TIME_PART.matcher(text);
    long total = 0;
    int at = 0;
    while (at < text.length() && part.find(at) && part.start() == at) {
      long unit =
          switch (Patterns.lower(part.group(2))) {
            case "m" -> 60;
            case "h" -> 3600;
            case "d" -> 86_400;
            case "w" -> 604_800;
            default -> 1;
          };
      total += Long.parseLong(part.group(1)) * unit;
      at = part.end();
    }
    if (text.isEmpty() || at < text.length() || total > Integer.MAX_VALUE) {
      throw new BadConfig("'" + text + "' is not a time");
    }
    return (int) total;
  }
}
