package dev.deployctl.output.page;

import dev.deployctl.output.terminal.Printable;
import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.StringOutput;

/**
 * Collects a page. Text that came from outside loses characters that hide or reorder text, and is
 * escaped for the place where it stands: an element or an attribute.
 */
public final class PageOutput extends OwaspHtmlTemplateOutput {
  private final StringOutput page;

  public PageOutput() {
    this(new StringOutput(1 << 15));
  }

  private PageOutput(StringOutput page) {
    super(page);
    this.page = page;
  }

  @Override
  public void writeUserContent(String text) {
    super.writeUserContent(text == null ? null : Printable.text(text));
  }

  /** Returns the page so far. */
  public String text() {
    return page.toString();
  }
}
