package dev.deployctl.openssh.config;

import java.util.List;

/** The arguments of one keyword, taken off one by one. */
final class Arguments {
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

  int left() {
    return words.size() - next;
  }

  /** The next argument, which must not be empty. */
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

  /** The next argument, which may be empty. */
  String anyWord() throws BadConfig {
    return more() ? words.get(next++) : word();
  }

  /** Everything after the keyword, as it stands in the file. */
  String raw() {
    next = words.size();
    int at = 0;
    while (at < line.rest().length() && " \t\r\n=".indexOf(line.rest().charAt(at)) >= 0) {
      at++;
    }
    return line.rest().substring(at);
  }

  void ignoreRest() {
    next = words.size();
  }

  void end() throws BadConfig {
    if (more()) {
      throw new BadConfig(line.keyword() + " has more arguments than it takes");
    }
  }
}
