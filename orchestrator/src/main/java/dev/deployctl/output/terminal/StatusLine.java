package dev.deployctl.output.terminal;

import dev.deployctl.model.Host;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line on a terminal that says what the program waits for. It stands there until something else
 * is printed through {@link #before}, or another line is shown.
 */
public final class StatusLine {
  private static final String ERASE = "\r\u001b[K";

  /** The cursor waits at the start, so that what others print there begins a line. */
  private static final String START = "\r";

  private final @Nullable OutputStream terminal;
  private final boolean unicode;
  private boolean shown;

  private StatusLine(@Nullable OutputStream terminal, boolean unicode) {
    this.terminal = terminal;
    this.unicode = unicode;
  }

  /** Returns a line that is never shown: nobody looks at a terminal. */
  public static StatusLine none() {
    return new StatusLine(null, false);
  }

  /**
   * Returns a line on a terminal.
   *
   * @param unicode whether more than ASCII may be used
   */
  public static StatusLine on(OutputStream terminal, boolean unicode) {
    return new StatusLine(terminal, unicode);
  }

  /** Shows that something is waited for: {@code asking 12 hosts}. */
  public synchronized void show(String text) {
    if (terminal != null) {
      String line = unicode ? Printable.text(text) + " …" : Printable.ascii(text) + " ...";
      write(terminal, ERASE + line + START);
      shown = true;
    }
  }

  /** Shows that these hosts are asked. */
  public void asking(List<Host> hosts) {
    show(
        "asking "
            + (hosts.size() == 1 ? hosts.getFirst().name() : Wording.count(hosts.size(), "host")));
  }

  /** Removes the line. */
  public synchronized void erase() {
    if (terminal != null && shown) {
      shown = false;
      write(terminal, ERASE);
    }
  }

  /** Returns a stream that removes the line before anything is written to the given one. */
  public OutputStream before(OutputStream out) {
    return new FilterOutputStream(out) {
      @Override
      public void write(int one) throws IOException {
        erase();
        out.write(one);
      }

      @Override
      public void write(byte[] bytes, int from, int count) throws IOException {
        erase();
        out.write(bytes, from, count);
      }
    };
  }

  private static void write(OutputStream terminal, String text) {
    try {
      terminal.write(text.getBytes(StandardCharsets.UTF_8));
      terminal.flush();
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }
}
