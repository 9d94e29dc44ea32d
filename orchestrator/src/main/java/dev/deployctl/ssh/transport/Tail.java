package dev.deployctl.ssh.transport;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Keeps the last bytes of a stream of any length, for messages. */
public final class Tail {
  public static final int KEPT = 4096;

  private final byte[] ring = new byte[KEPT];
  private long written;

  public synchronized void add(byte[] bytes, int length) {
    int from = Math.max(0, length - KEPT);
    written += from;
    for (int i = from; i < length; i++) {
      ring[(int) (written++ % KEPT)] = bytes[i];
    }
  }

  /** Reads a stream to its end. A broken stream ends, too: its other readers report the error. */
  public void drain(InputStream stream) {
    byte[] bytes = new byte[KEPT];
    try {
      for (int n = stream.read(bytes); n > 0; n = stream.read(bytes)) {
        add(bytes, n);
      }
    } catch (IOException broken) {
      // See above.
    }
  }

  /** Returns the kept text without control characters. */
  public synchronized String text() {
    int length = (int) Math.min(written, KEPT);
    byte[] kept = new byte[length];
    for (int i = 0; i < length; i++) {
      kept[i] = ring[(int) ((written - length + i) % KEPT)];
    }
    StringBuilder text = new StringBuilder();
    new String(kept, StandardCharsets.UTF_8)
        .codePoints()
        .filter(point -> point == '\n' || point == '\t' || !isControl(point))
        .forEach(text::appendCodePoint);
    return text.toString().strip();
  }

  private static boolean isControl(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
