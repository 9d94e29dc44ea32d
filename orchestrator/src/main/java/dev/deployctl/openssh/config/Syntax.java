package dev.deployctl.openssh.config;

import java.util.Map;

/** Reads the arguments of a keyword and sets its value. */
@FunctionalInterface
interface Syntax {
  /**
   * Reads and checks the arguments; sets the value only if the line applies to the host.
   *
   * @param active whether the line applies
   */
  void read(Arguments arguments, Options options, boolean active) throws BadConfig;

  Map<String, String> YES_NO = Map.of("yes", "yes", "true", "yes", "no", "no", "false", "no");

  /** One argument. */
  static Syntax text(String keyword) {
    return (arguments, options, active) -> {
      String word = arguments.word();
      if (active) {
        options.setOnce(keyword, word);
      }
    };
  }

  /** One of a few values, in any case; several may mean the same. */
  static Syntax choice(String keyword, Map<String, String> choices) {
    return (arguments, options, active) -> {
      String word = arguments.word();
      String value = choices.get(Patterns.lower(word));
      if (value == null) {
        throw new BadConfig(keyword + " cannot be '" + word + "'");
      }
      if (active) {
        options.setOnce(keyword, value);
      }
    };
  }

  static Syntax flag(String keyword) {
    return choice(keyword, YES_NO);
  }

  static Syntax integer(String keyword) {
    return (arguments, options, active) -> {
      String word = arguments.word();
      if (!word.matches("[+]?[0-9]{1,10}") || Long.parseLong(word) > Integer.MAX_VALUE) {
        throw new BadConfig(keyword + " takes a number, not '" + word + "'");
      }
      if (active) {
        options.setOnce(keyword, String.valueOf(Long.parseLong(word)));
      }
    };
  }

  /** A time such as 90, 90s or 1m30s; {@code none} does not set it. */
  static Syntax time(String keyword) {
    return (arguments, options, active) -> {
      String word = arguments.word();
      if (word.equals("none")) {
        return;
      }
      int seconds = Arguments.seconds(word);
      if (active) {
        options.setOnce(keyword, String.valueOf(seconds));
      }
    };
  }

  /** The rest of the line, unparsed. */
  static Syntax command(String keyword) {
    return (arguments, options, active) -> {
      String command = arguments.raw();
      if (active) {
        options.setOnce(keyword, command);
      }
    };
  }

  /** Several arguments on one line; the first line wins. */
  static Syntax list(String keyword, int most) {
    return (arguments, options, active) -> {
      boolean first = !options.has(keyword);
      int count = 0;
      while (arguments.more()) {
        String word = arguments.word();
        if (word.equalsIgnoreCase("none") && (count > 0 || arguments.more())) {
          throw new BadConfig(keyword + " takes no other value with 'none'");
        }
        count++;
        if (active && first) {
          if (count > most) {
            throw new BadConfig(keyword + " takes at most " + most + " values");
          }
          options.append(keyword, word);
        }
      }
    };
  }

  /** One argument a line; the lines add up. */
  static Syntax adding(String keyword, int most) {
    return (arguments, options, active) -> {
      String word = arguments.word();
      if (active) {
        if (options.all(keyword).size() >= most) {
          throw new BadConfig(keyword + " is given more than " + most + " times");
        }
        options.add(keyword, word);
      }
    };
  }

  /** A comma-separated list of algorithms, which may begin with +, - or ^. */
  static Syntax algorithms(String keyword, Algorithms kind) {
    return (arguments, options, active) -> {
      String word = arguments.word();
      kind.check(keyword, word);
      if (active) {
        options.setOnce(keyword, word);
      }
    };
  }
}
