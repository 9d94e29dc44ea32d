package dev.deployctl.output.tables;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deployctl.bootstrap.Bootstrap;
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

/** Tells how the installation goes, host by host. */
public final class BootstrapLog {
  private static final int NOTHING_DONE = 3;

  private final Page page;
  private final @Nullable JsonLines json;

  public BootstrapLog(PrintWriter out, Terminal terminal, boolean json) {
    this.page = new Page(out, terminal);
    this.json = json ? new JsonLines(out, Clock.systemUTC()) : null;
  }

  public void print(Bootstrap.Result result) {
    if (json != null) {
      json.write("host.bootstrap", object(result));
      return;
    }
    String name = result.host().name();
    switch (result) {
      case Bootstrap.Result.Installed installed ->
          page.print(page.line(" ").add(Colour.GOOD, "✓ ").add(name + "  " + words(installed)));
      case Bootstrap.Result.Failed failed -> {
        page.words(bad(name), failed.message());
        page.words(page.line("     "), failed.state());
        hint(failed.hint());
      }
      case Bootstrap.Result.OutOfReach gone -> {
        page.words(bad(name), gone.reason());
        hint(gone.hint());
      }
    }
    page.flush();
  }

  private static String words(Bootstrap.Result.Installed installed) {
    String before = installed.before();
    if (before == null) {
      return "installed " + installed.now();
    }
    return before.equals(installed.now())
        ? installed.now() + ", installed anew"
        : before + " → " + installed.now();
  }

  private Line bad(String name) {
    return page.line(" ").add(Colour.BAD, "✗ ").add(name + "  ");
  }

  private void hint(@Nullable String hint) {
    if (hint != null) {
      page.words(page.line("     "), Colour.FAINT, hint);
    }
  }

  /** Hosts that were not begun because one before them failed. */
  public void left(List<Host> hosts) {
    if (json == null && !hosts.isEmpty()) {
      page.words(
          page.line(" "),
          "not begun: " + String.join(", ", hosts.stream().map(Host::name).toList()));
      page.flush();
    }
  }

  /** Somebody said no; the exit code of that. */
  public int nothingTouched() {
    if (json == null) {
      page.print(page.line("Nothing was touched."));
      page.flush();
    }
    return NOTHING_DONE;
  }

  private static ObjectNode object(Bootstrap.Result result) {
    ObjectNode object = Json.object();
    object.set("host", Json.host(result.host()));
    object.put("ok", result instanceof Bootstrap.Result.Installed);
    switch (result) {
      case Bootstrap.Result.Installed installed ->
          object.put("before", installed.before()).put("version", installed.now());
      case Bootstrap.Result.Failed failed ->
          object
              .put("message", failed.message())
              .put("state", failed.state())
              .put("hint", failed.hint());
      case Bootstrap.Result.OutOfReach gone ->
          object.put("message", gone.reason()).put("hint", gone.hint());
    }
    return object;
  }
}
