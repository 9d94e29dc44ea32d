package dev.deployctl.output.terminal;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Where printers write: lines, and paragraphs that are wrapped to the terminal's width. */
public final class Page {
  private final PrintWriter out;
  private final Terminal terminal;

  public Page(PrintWriter out, Terminal terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  public Line line() {
    return new Line(terminal);
  }

  public Line line(String text) {
    return line().add(text);
  }

  int width() {
    return terminal.width();
  }

  public void blank() {
    print("");
  }

  public void print(Line line) {
    print(line.text());
  }

  /**
   * Prints items after a heading, wrapped between items, further lines set in to where the first
   * item stands.
   */
  public void items(Line heading, String separator, List<Line> items) {
    int indent = heading.width();
    Line current = heading;
    boolean first = true;
    for (Line item : items) {
      if (first) {
        current.add(item);
      } else if (current.width() + separator.length() + item.width() <= terminal.width()) {
        current.add(Colour.FAINT, separator).add(item);
      } else {
        print(current);
        current = line().to(indent).add(item);
      }
      first = false;
    }
    print(current);
  }

  /** Prints a sentence after a heading, wrapped between words. */
  public void words(Line heading, String sentence) {
    words(heading, Colour.PLAIN, sentence);
  }

  public void words(Line heading, Colour colour, String sentence) {
    List<Line> words = new ArrayList<>();
    for (String word : Printable.text(sentence).strip().split(" +", -1)) {
      words.add(line().add(colour, word));
    }
    items(heading, " ", words);
  }

  public void flush() {
    out.flush();
  }

  private void print(String text) {
    // Not println: a line ends the same on every system, so that logs and golden files agree.
    out.print(text);
    out.print('\n');
  }
}
