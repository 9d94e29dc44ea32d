package dev.deployctl.openssh.config;

import java.util.List;
import java.util.Map;

/** How the arguments of a keyword are read, and what becomes of them. */
@FunctionalInterface
interface Syntax {
  /**
   * Reads and checks the arguments; sets them only if the line holds for the host.
   *
   * @param active whether it does
   */
  void read(Arguments arguments, Options options, boolean active) throws BadConfig;

  Map<String, String> YES_NO = Map.of("yes", "yes", "true", "yes", "no", "no", "false", "no");
  Map<String, String> YES_NO_ASK =
      Map.of("yes", "true", "true", "true", "no", "false", "false", "false", "ask", "ask");

  /** One word. */
  static Syntax text(String keyword) {
    return (arguments, options, active) -> {
      String word = arguments.word();
      if (active) {
        options.setOnce(keyword, word);
      }
    };
  }

  /** One of a few words, in any case; several may mean the same. */
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
        throw new BadConfig(keyword + " wants a number, not '" + word + "'");
      }
      if (active) {
        options.setOnce(keyword, String.valueOf(Long.parseLong(word)));
      }
    };
  }

  /** A time such as 90, 90s or 1m30s; {@code none} leaves it open. */
  static Syntax time(String keyword) {
    return (arguments, options, active) -> {
      String word = arguments.word();
      if (word.equals("none")) {
        return;
      }
      int seconds = ConfigTime.seconds(word);
      if (active) {
        options.setOnce(keyword, String.valueOf(seconds));
      }
    };
  }

  /** The rest of the line, as it stands. */
  static Syntax command(String keyword) {
    return (arguments, options, active) -> {
      String command = arguments.raw();
      if (active) {
        options.setOnce(keyword, command);
      }
    };
  }

  /** Several words on one line; the first line wins. */
  static Syntax list(String keyword, int most) {
    return (arguments, options, active) -> {
      boolean first = !options.has(keyword);
      int count = 0;
      while (arguments.more()) {
        String word = arguments.word();
        if (word.equalsIgnoreCase("none") && (count > 0 || arguments.more())) {
          throw new BadConfig(keyword + " takes 'none' only alone");
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

  /** One word a line; the lines add up. */
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

  /** The same, with a note that deployctl has no use for it. */
  default Syntax withoutEffect() {
    return (arguments, options, active) -> {
      read(arguments, options, active);
      if (active) {
        options.note(
            arguments.line().place() + ": " + arguments.line().keyword() + " has no effect here");
      }
    };
  }

  /** What deployctl has no use for: not even looked at. */
  static Syntax unused() {
    return (arguments, options, active) -> arguments.ignoreRest();
  }

  /** A keyword that is no longer, or not everywhere, and changes nothing here. */
  static Syntax noted(String why) {
    return (arguments, options, active) -> {
      arguments.ignoreRest();
      if (active) {
        options.note(arguments.line().place() + ": " + arguments.line().keyword() + " " + why);
      }
    };
  }

  /** A comma list of algorithm names, which may begin with +, - or ^. */
  static Syntax algorithms(String keyword, List<String> known, boolean patterns) {
    return (arguments, options, active) -> {
      String word = arguments.word();
      AlgorithmList.check(keyword, word, known, patterns);
      if (active) {
        options.setOnce(keyword, word);
      }
    };
  }
}
