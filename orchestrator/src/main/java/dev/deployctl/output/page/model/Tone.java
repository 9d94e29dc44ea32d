package dev.deployctl.output.page.model;

import java.util.Locale;

/** The severity of something on a page. */
public enum Tone {
  GOOD,
  WARN,
  BAD,
  NEUTRAL;

  /** Returns the class of the style sheet. */
  public String style() {
    return name().toLowerCase(Locale.ROOT);
  }
}
