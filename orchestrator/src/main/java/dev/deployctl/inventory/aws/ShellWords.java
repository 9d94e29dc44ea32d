package dev.deployctl.inventory.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Splits a command line as the AWS CLI does: as a shell would, but without variables. */
final class ShellWords {
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean inWord;

  private ShellWords() {}

  /** Returns the words, or empty if a quote is not closed. */
  static Optional<List<String>> split(String command) {
    return new ShellWords().read(command);
  }

  private Optional<List<String>> read(String command) {
    char quote = 0;
    for (int i = 0; i < command.length(); i++) {
      char c = command.charAt(i);
      boolean escapes =
          c == '\\'
              && quote != '\''
              && i + 1 < command.length()
              && (quote == 0 || "\"\\".indexOf(command.charAt(i + 1)) >= 0);
      if (escapes) {
        add(command.charAt(++i));
      } else if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          add(c);
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
        inWord = true;
      } else if (Character.isWhitespace(c)) {
        end();
      } else {
        add(c);
      }
    }
    end();
    return quote == 0 ? Optional.of(words) : Optional.empty();
  }

  private void add(char c) {
    inWord = true;
    word.append(c);
  }

  private void end() {
    if (inWord) {
      words.add(word.toString());
      word.setLength(0);
      inWord = false;
    }
  }
}
