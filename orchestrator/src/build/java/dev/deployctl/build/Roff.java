package dev.deployctl.build;

/** Writes roff, the language of man pages, and escapes all text. */
final class Roff {
  private final StringBuilder page = new StringBuilder();
  private boolean lineBegins = true;
  private boolean sectionBegins;

  /** Adds the first line of a page of section 1. */
  Roff title(String name, String date, String source, String manual) {
    raw(".TH \"" + safe(name) + "\" 1 \"" + date + "\" \"" + safe(source) + "\" \"");
    raw(safe(manual) + "\"").end();
    // Options are not to be hyphenated, nor spread over the line.
    return raw(".nh").end().raw(".ad l").end();
  }

  Roff section(String name) {
    raw(".SH \"" + safe(name) + "\"").end();
    sectionBegins = true;
    return this;
  }

  /** Begins an item of a list: a line with its name, then its description. */
  Roff item() {
    return raw(".TP").end();
  }

  /** Adds a paragraph; an indented one is an example and keeps its form. */
  Roff paragraph(String text) {
    if (text.isBlank()) {
      return this;
    }
    if (!sectionBegins) {
      raw(".PP").end();
    }
    return text(text).end();
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

  /** Adds roff as it is. */
  Roff raw(String roff) {
    page.append(roff);
    sectionBegins = false;
    lineBegins &= roff.isEmpty();
    return this;
  }

  /** Escapes a text; hyphens stay hyphens that can be copied and searched for. */
  private static String safe(String text) {
    return text.replace("\\", "\\e").replace("-", "\\-").replace("\"", "\\(dq").replace('\n', ' ');
  }

  @Override
  public String toString() {
    return page.toString();
  }
}
