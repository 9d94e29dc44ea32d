package dev.deployctl.output.terminal;

import java.io.PrintWriter;
import java.util.List;

/**
 * Draws pictures over each other at the bottom of a terminal. Nothing is left switched off between
 * two pictures, so a program that is killed leaves a terminal that works.
 */
public final class Screen {
  private static final String NO_WRAP = "\u001b[?7l";
  private static final String WRAP = "\u001b[?7h";
  private static final String CLEAR_LINE = "\u001b[K";
  private static final String CLEAR_BELOW = "\u001b[J";

  private final PrintWriter out;
  private List<Integer> drawn = List.of();

  public Screen(PrintWriter out) {
    this.out = out;
  }

  /** Leaves the picture where it is: the next one begins below. */
  public void leave() {
    drawn = List.of();
  }

  /**
   * Puts lines above the picture, where they stay, and the picture below them.
   *
   * @param width columns of the terminal now, to which the lines of the picture are cut
   */
  public void draw(List<String> lasting, List<Line> picture, int width) {
    StringBuilder text = new StringBuilder(NO_WRAP).append('\r');
    int rows = rows(width);
    if (rows > 0) {
      text.append("\u001b[").append(rows).append('A');
    }
    lasting.forEach(line -> text.append(line).append(CLEAR_LINE).append('\n'));
    picture.forEach(line -> text.append(line.text(width)).append(CLEAR_LINE).append('\n'));
    text.append(CLEAR_BELOW).append(WRAP);
    // One write: a terminal never shows half a picture.
    out.print(text);
    out.flush();
    drawn = picture.stream().map(line -> Math.min(line.width(), width)).toList();
  }

  /**
   * Returns the rows that the last picture takes. Terminals wrap lines that do not fit any more
   * when their window gets narrower.
   */
  private int rows(int width) {
    return drawn.stream().mapToInt(line -> Math.max(1, Math.ceilDiv(line, width))).sum();
  }
}
