package dev.deployctl.ssh;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads lines of a stream. A line that is too long is cut at the limit. */
final class EventLines {
  static final int LONGEST = 64 * 1024;

  private final InputStream in;
  private final byte[] chunk = new byte[8192];
  private int next;
  private int filled;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  EventLines(InputStream in) {
    this.in = in;
  }

  /** Returns the next line without its end; empty at the end of the stream. */
  Optional<String> next() throws IOException {
    line.reset();
    boolean any = false;
    while (fill()) {
      any = true;
      int end = next;
      while (end < filled && chunk[end] != '\n') {
        end++;
      }
      line.write(chunk, next, Math.min(end - next, LONGEST - line.size()));
      boolean complete = end < filled;
      next = complete ? end + 1 : end;
      if (complete) {
        return Optional.of(text());
      }
    }
    return any ? Optional.of(text()) : Optional.empty();
  }

  private boolean fill() throws IOException {
    if (next < filled) {
      return true;
    }
    next = 0;
    filled = Math.max(0, in.read(chunk));
    return filled > 0;
  }

  private String text() {
    return line.toString(StandardCharsets.UTF_8);
  }
}
