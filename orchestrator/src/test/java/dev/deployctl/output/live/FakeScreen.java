package dev.deployctl.output.live;

import java.util.ArrayList;
import java.util.List;

/** A terminal with the control sequences of the live view; any other is an error. */
final class FakeScreen {
  private final List<StringBuilder> lines = new ArrayList<>(List.of(new StringBuilder()));
  private int row;
  private int column;

  void write(String text) {
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == '\u001b') {
        int end = i + 2;
        while (!Character.isLetter(text.charAt(end))) {
          end++;
        }
        sequence(text.substring(i + 2, end), text.charAt(end));
        i = end + 1;
        continue;
      }
      put(c);
      i++;
    }
  }

  private void put(char c) {
    switch (c) {
      case '\r' -> column = 0;
      case '\n' -> {
        row++;
        column = 0; // the line discipline adds the return
        if (row == lines.size()) {
          lines.add(new StringBuilder());
        }
      }
      default -> {
        StringBuilder line = lines.get(row);
        if (column < line.length()) {
          line.setCharAt(column, c);
        } else {
          line.append(c);
        }
        column++;
      }
    }
  }

  private void sequence(String parameters, char end) {
    switch (end) {
      case 'A' -> {
        row -= Integer.parseInt(parameters);
        if (row < 0) {
          throw new AssertionError("the cursor left the screen");
        }
      }
      case 'K' -> lines.get(row).setLength(Math.min(column, lines.get(row).length()));
      case 'J' -> {
        lines.get(row).setLength(Math.min(column, lines.get(row).length()));
        lines.subList(row + 1, lines.size()).clear();
      }
      case 'l', 'h' -> {
        if (!parameters.equals("?7")) {
          throw new AssertionError("unknown mode " + parameters);
        }
      }
      default -> throw new AssertionError("unknown sequence " + parameters + end);
    }
  }

  /** Makes the window narrower, as most terminals do: lines that do not fit are wrapped. */
  void narrow(int width) {
    List<StringBuilder> wrapped = new ArrayList<>();
    int cursor = 0;
    for (int i = 0; i < lines.size(); i++) {
      if (i == row) {
        cursor = wrapped.size();
      }
      String line = lines.get(i).toString();
      for (int from = 0; from == 0 || from < line.length(); from += width) {
        wrapped.add(new StringBuilder(line.substring(from, Math.min(line.length(), from + width))));
      }
    }
    lines.clear();
    lines.addAll(wrapped);
    row = cursor;
  }

  List<String> lines() {
    return lines.stream().map(StringBuilder::toString).toList();
  }
}
