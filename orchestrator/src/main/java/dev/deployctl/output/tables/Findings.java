package dev.deployctl.output.tables;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deployctl.model.Host;
import dev.deployctl.output.json.Json;
import dev.deployctl.output.json.JsonLines;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.Line;
import dev.deployctl.output.terminal.Page;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.output.terminal.Wording;
import java.io.PrintWriter;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Prints the findings of a check, each with its fix. */
public final class Findings {
  private static final int FAILED = 1;
  private static final int UNREACHABLE = 5;

  private final Page page;
  private final @Nullable JsonLines json;
  private int wrong;
  private boolean silent;

  public Findings(PrintWriter out, Terminal terminal, boolean json) {
    this.page = new Page(out, terminal);
    this.json = json ? new JsonLines(out, Clock.systemUTC()) : null;
  }

  /**
   * One thing that was looked at.
   *
   * @param host null for the workstation
   */
  public void add(
      @Nullable Host host, String name, boolean ok, String message, @Nullable String remedy) {
    wrong += ok ? 0 : 1;
    if (json != null) {
      ObjectNode object = Json.object();
      object.set("host", host == null ? Json.tree(null) : Json.host(host));
      object.put("name", name).put("ok", ok).put("message", message).put("remedy", remedy);
      json.write("check", object);
      return;
    }
    Line heading = page.line(" ").add(ok ? Colour.GOOD : Colour.BAD, ok ? "✓ " : "✗ ");
    heading.add((host == null ? "here" : host.name()) + "  ").add(name + ": ");
    page.words(heading, message);
    if (remedy != null && !ok) {
      page.words(page.line("     "), Colour.FAINT, remedy);
    }
    page.flush();
  }

  /** A host that could not be asked. */
  public void unreachable(Host host, String reason, @Nullable String remedy) {
    silent = true;
    add(host, "ssh", false, reason, remedy);
  }

  /** The last line; the exit code. */
  public int end() {
    if (json == null) {
      page.print(
          page.line(wrong == 0 ? "All is ready." : Wording.count(wrong, "thing") + " to mend."));
      page.flush();
    }
    return wrong == 0 ? 0 : silent ? UNREACHABLE : FAILED;
  }
}
