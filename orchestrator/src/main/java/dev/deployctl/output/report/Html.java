package dev.deployctl.output.report;

import dev.deployctl.output.terminal.Printable;

/** Writes HTML; whatever is text comes out as text. */
final class Html {
  private final StringBuilder out = new StringBuilder();

  Html raw(String markup) {
    out.append(markup);
    return this;
  }

  Html text(String text) {
    String safe = Printable.text(text);
    for (int i = 0; i < safe.length(); i++) {
      char c = safe.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c);
      }
    }
    return this;
  }

  /** An element that holds text and nothing else. */
  Html element(String name, String text) {
    return raw("<" + name + ">").text(text).raw("</" + name + ">\n");
  }

  /** The same with a class of the style sheet. */
  Html element(String name, String style, String text) {
    return raw("<" + name + " class=\"" + style + "\">").text(text).raw("</" + name + ">\n");
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
