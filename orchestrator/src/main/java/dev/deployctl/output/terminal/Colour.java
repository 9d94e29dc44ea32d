package dev.deployctl.output.terminal;

/** The meaning of a piece of text, and its colour on a terminal. */
public enum Colour {
  PLAIN(""),
  GOOD("32"),
  BAD("31"),
  WARN("33"),
  BUSY("36"),
  STRONG("1"),
  FAINT("2");

  private final String code;

  Colour(String code) {
    this.code = code;
  }

  String paint(String text) {
    return code.isEmpty() || text.isEmpty() ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
  }
}
