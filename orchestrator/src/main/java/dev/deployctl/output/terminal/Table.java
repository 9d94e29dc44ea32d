package dev.deployctl.output.terminal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Rows under headings, each column as wide as its widest cell; empty columns are left out. */
public final class Table {
  private static final int GAP = 2;

  private final Page page;
  private final List<String> headings;
  private final List<List<Line>> rows = new ArrayList<>();

  public Table(Page page, String... headings) {
    this.page = page;
    this.headings = List.of(headings);
  }

  public void row(Line... cells) {
    if (cells.length != headings.size()) {
      throw new IllegalArgumentException(cells.length + " cells for " + headings.size());
    }
    rows.add(List.of(cells));
  }

  /**
   * Prints, and on a terminal too narrow leaves out columns, in the order in which they can be
   * missed.
   */
  public void print(String... dispensable) {
    List<Line> head = headings.stream().map(word -> page.line().add(Colour.FAINT, word)).toList();
    int[] widths = new int[headings.size()];
    for (int column = 0; column < widths.length; column++) {
      int at = column;
      int widest = rows.stream().mapToInt(row -> row.get(at).width()).max().orElse(0);
      widths[column] = widest == 0 ? 0 : Math.max(widest, head.get(column).width());
    }
    for (int i = 0; i < dispensable.length && width(widths) > page.width(); i++) {
      widths[headings.indexOf(dispensable[i])] = 0;
    }
    Stream.concat(Stream.of(head), rows.stream()).forEach(row -> page.print(line(row, widths)));
  }

  private static long width(int[] widths) {
    return Arrays.stream(widths).filter(width -> width > 0).mapToLong(width -> width + GAP).sum()
        - GAP;
  }

  private Line line(List<Line> row, int[] widths) {
    Line line = page.line();
    int column = 0;
    for (int i = 0; i < widths.length; i++) {
      if (widths[i] > 0) {
        line.to(column).add(row.get(i));
        column += widths[i] + GAP;
      }
    }
    return line;
  }
}
