package dev.deployctl.cli;

/** Writes the language of man pages; whatever is text comes out as text. */
final class Roff {
  private final StringBuilder page = new StringBuilder();
  private boolean lineBegins = true;

  /** The first line of a page of section 1. */
  Roff title(String name, String date, String source, String manual) {
    raw(".TH \"" + safe(name) + "\" 1 \"" + date + "\" \"" + safe(source) + "\" \"");
    raw(safe(manual) + "\"").end();
    // Options are not to be hyphenated, nor spread over the line.
    return raw(".nh").end().raw(".ad l").end();
  }

  Roff section(String name) {
    return raw(".SH \"" + safe(name) + "\"").end();
  }

  /** Opens an item of a list: a line with its name, then lines that tell of it. */
  Roff item() {
    return raw(".TP").end();
  }

  /** A paragraph; set in by blanks it is an example and keeps its form. */
  Roff paragraph(String text) {
    if (text.isBlank()) {
      return this;
    }
    return (page.toString().matches("(?s).*\\.SH[^\n]*\n") ? this : raw(".PP").end())
        .text(text)
        .end();
  }

  Roff text(String text) {
    // A line that begins with one of these would be read as a request.
    boolean request = lineBegins && (text.startsWith(".") || text.startsWith("'"));
    return raw((request ? "\\&" : "") + safe(text));
  }

  Roff bold(String text) {
    return raw("\\fB" + safe(text) + "\\fR");
  }

  Roff italic(String text) {
    return text.isEmpty() ? this : raw("\\fI" + safe(text) + "\\fR");
  }

  /** Ends a line. */
  Roff end() {
    page.append('\n');
    lineBegins = true;
    return this;
  }

  /** What is language already. */
  Roff raw(String roff) {
    page.append(roff);
    lineBegins &= roff.isEmpty();
    return this;
  }

  /** A hyphen that one can copy and look for, and no escapes. */
  private static String safe(String text) {
    return text.replace("\\", "\\e").replace("-", "\\-").replace("\"", "\\(dq").replace('\n', ' ');
  }

  @Override
  public String toString() {
    return page.toString();
  }
}
