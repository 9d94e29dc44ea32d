package dev.deployctl.fleet;

import java.io.InputStream;
import java.io.OutputStream;

/**
 * The user's own terminal, handed over to a program on a host: no key has a meaning here, and no
 * character is changed. Closing it restores the terminal.
 */
public interface LocalTerminal extends AutoCloseable {
  /** A size in characters. */
  record Size(int columns, int rows) {}

  /** Returns the kind of terminal, as {@code TERM} has it. */
  String type();

  Size size();

  InputStream input();

  OutputStream output();

  /** Calls back with the new size whenever the window has changed, from another thread. */
  void onResize(java.util.function.Consumer<Size> listener);

  @Override
  void close();
}
