package dev.deployctl.output.terminal;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a command writes and reads.
 *
 * @param terminal what standard output is
 * @param errors what standard error is
 * @param size asks the terminal for its size; windows change
 * @param status what the program waits for
 * @param answers reads one line of the user's, null at the end; asked only where there is a user
 */
public record Console(
    PrintWriter out,
    PrintWriter err,
    Terminal terminal,
    Terminal errors,
    StatusLine status,
    Supplier<Optional<Terminal.Size>> size,
    Supplier<@Nullable String> answers) {
  /** A console whose standard error is no terminal. */
  public Console(
      PrintWriter out,
      PrintWriter err,
      Terminal terminal,
      Terminal errors,
      Supplier<Optional<Terminal.Size>> size,
      Supplier<@Nullable String> answers) {
    this(out, err, terminal, errors, StatusLine.none(), size, answers);
  }
}
