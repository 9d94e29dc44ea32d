package dev.deployctl.output.tables;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deployctl.bootstrap.Bootstrap;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.Host;
import dev.deployctl.output.json.Json;
import dev.deployctl.output.json.JsonLines;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.Line;
import dev.deployctl.output.terminal.Page;
import dev.deployctl.output.terminal.Terminal;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prints the result of an installation, host by host. */
public final class BootstrapLog {
  private static final int NOTHING_DONE = 3;

  private final Page page;
  private final @Nullable JsonLines json;

  public BootstrapLog(PrintWriter out, Terminal terminal, boolean json) {
    this.page = new Page(out, terminal);
    this.json = json ? new JsonLines(out, Clock.systemUTC()) : null;
  }

  public void print(Bootstrap.Installation installation) {
    if (json != null) {
      json.write("host.bootstrap", object(installation));
      return;
    }
    HostResult result = installation.result();
    String name = result.host().name();
    switch (result) {
      case HostResult.Answered _ ->
          page.print(page.line(" ").add(Colour.GOOD, "✓ ").add(name + "  " + text(installation)));
      case HostResult.Refused refused -> {
        page.words(bad(name), refused.error().message());
        String state = refused.error().state();
        if (state != null) {
          page.words(page.line("     "), state);
        }
        hint(refused.hint());
      }
      case HostResult.Unreachable lost -> {
        page.words(bad(name), lost.reason());
        hint(lost.hint());
      }
    }
    page.flush();
  }

  private static String text(Bootstrap.Installation installation) {
    String before = installation.before();
    String now = installation.version();
    if (before == null) {
      return "installed " + now;
    }
    return before.equals(now) ? now + ", reinstalled" : before + " → " + now;
  }

  private Line bad(String name) {
    return page.line(" ").add(Colour.BAD, "✗ ").add(name + "  ");
  }

  private void hint(@Nullable String hint) {
    if (hint != null) {
      page.words(page.line("     "), Colour.FAINT, hint);
    }
  }

  /** Prints the hosts that were not started because one before them failed. */
  public void left(List<Host> hosts) {
    if (json == null && !hosts.isEmpty()) {
      page.words(
          page.line(" "),
          "not started: " + String.join(", ", hosts.stream().map(Host::name).toList()));
      page.flush();
    }
  }

  /** Prints that the user declined; returns the exit code of that. */
  public int nothingTouched() {
    if (json == null) {
      page.print(page.line("Nothing was touched."));
      page.flush();
    }
    return NOTHING_DONE;
  }

  private static ObjectNode object(Bootstrap.Installation installation) {
    HostResult result = installation.result();
    ObjectNode object = Json.object();
    object.set("host", Json.host(result.host()));
    object.put("ok", result instanceof HostResult.Answered);
    switch (result) {
      case HostResult.Answered _ ->
          object.put("before", installation.before()).put("version", installation.version());
      case HostResult.Refused refused ->
          object
              .put("message", refused.error().message())
              .put("state", refused.error().state())
              .put("hint", refused.error().hint());
      case HostResult.Unreachable lost ->
          object.put("message", lost.reason()).put("hint", lost.hint());
    }
    return object;
  }
}
