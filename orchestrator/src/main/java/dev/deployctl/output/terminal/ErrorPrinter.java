package dev.deployctl.output.terminal;

import dev.deployctl.model.DeployException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/** Shows an error: what happened on the first line, what to do next below it. */
public final class ErrorPrinter {
  private final Page page;

  public ErrorPrinter(PrintWriter err, Terminal terminal) {
    this.page = new Page(err, terminal);
  }

  public void print(DeployException error) {
    String message = error.getMessage();
    print(message == null ? error.kind().name() : message, error.hint());
  }

  /** A message may have several lines, such as all mistakes of a file; so may a hint. */
  public void print(String message, @Nullable String hint) {
    String[] lines = message.strip().split("\n", -1);
    page.print(page.line().add(Colour.BAD, "deployctl: ").add(lines[0]));
    for (int i = 1; i < lines.length; i++) {
      String indent = lines[i].startsWith(" ") ? "" : "  ";
      page.print(page.line(indent + lines[i].stripTrailing()));
    }
    if (hint != null) {
      hint.strip()
          .lines()
          .forEach(line -> page.print(page.line("  ").add(Colour.FAINT, line.stripTrailing())));
    }
    page.flush();
  }
}
