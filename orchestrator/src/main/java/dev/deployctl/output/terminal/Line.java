package dev.deployctl.output.terminal;

import java.util.ArrayList;
import java.util.List;

/**
 * One line of coloured pieces that knows how wide it is. All that is added is made printable first,
 * so nothing hostile can reach a terminal through it.
 */
public final class Line {
  private final Terminal terminal;
  private final List<Piece> pieces = new ArrayList<>();
  private int width;

  private record Piece(String text, Colour colour) {}

  public Line(Terminal terminal) {
    this.terminal = terminal;
  }

  public Line add(String text) {
    return add(Colour.PLAIN, text);
  }

  public Line add(Colour colour, String text) {
    String shown = terminal.unicode() ? Printable.text(text) : Printable.ascii(text);
    if (!shown.isEmpty()) {
      pieces.add(new Piece(shown, colour));
      width += Columns.of(shown);
    }
    return this;
  }

  public Line add(Line other) {
    pieces.addAll(other.pieces);
    width += other.width;
    return this;
  }

  /** Fills up with blanks so that what comes next stands in the given column, from 0. */
  public Line to(int column) {
    return add(" ".repeat(Math.max(0, column - width)));
  }

  public int width() {
    return width;
  }

  /** The whole line. */
  public String text() {
    return text(Terminal.UNLIMITED);
  }

  /** The line, cut to so many columns. */
  public String text(int columns) {
    if (width <= columns) {
      return paint(pieces);
    }
    String mark = terminal.unicode() ? "…" : "...";
    int room = columns - Columns.of(mark);
    List<Piece> kept = new ArrayList<>();
    int used = 0;
    for (Piece piece : pieces) {
      String part = Columns.cut(piece.text(), Math.max(room, 0) - used);
      kept.add(new Piece(part, piece.colour()));
      used += Columns.of(part);
      if (part.length() < piece.text().length()) {
        break;
      }
    }
    if (room >= 0) {
      kept.add(new Piece(mark, Colour.FAINT));
    }
    return paint(kept);
  }

  private String paint(List<Piece> painted) {
    StringBuilder text = new StringBuilder();
    for (Piece piece : painted) {
      text.append(terminal.colour() ? piece.colour().paint(piece.text()) : piece.text());
    }
    return terminal.colour() ? text.toString() : text.toString().stripTrailing();
  }
}
