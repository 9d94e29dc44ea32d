package dev.deployctl.output.tables;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deployctl.event.EventJson;
import dev.deployctl.fleet.FleetLogs;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.output.json.Json;
import dev.deployctl.output.json.JsonLines;
import dev.deployctl.output.report.NextCommands;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.Columns;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Page;
import dev.deployctl.output.terminal.Terminal;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows what apps print: each line with its host before it, the lines in one column. */
public final class LogLines {
  private final Page page;
  private final HostNames names;
  private final Terminal terminal;
  private final int width;
  private final @Nullable JsonLines json;

  public LogLines(PrintWriter out, Terminal terminal, boolean json, List<Host> hosts) {
    this.page = new Page(out, terminal);
    this.terminal = terminal;
    this.names = new HostNames(hosts);
    this.width = hosts.stream().mapToInt(host -> Columns.of(names.of(host))).max().orElse(0);
    this.json = json ? new JsonLines(out, Clock.systemUTC()) : null;
  }

  /** One line; may be called from many threads at once. */
  public synchronized void print(FleetLogs.Line line) {
    if (json != null) {
      ObjectNode object = EventJson.of(line.line());
      object.remove(List.of("seq", "type"));
      ObjectNode all = Json.object();
      all.set("host", Json.host(line.host()));
      all.set("log", object);
      json.write("log.line", all);
      return;
    }
    String process = line.line().process();
    page.print(
        page.line()
            .add(Colour.BUSY, names.of(line.host()))
            .to(width + 2)
            .add(Colour.FAINT, process == null ? "" : process + " " + line.line().instance() + "  ")
            .add(
                line.line().stream().equals("stderr") ? Colour.WARN : Colour.PLAIN,
                line.line().line()));
    page.flush();
  }

  /** Says how to look after a command of a host that goes on and that nobody follows any more. */
  public String look(App app, @Nullable String environment, Host host, @Nullable String run) {
    NextCommands next = new NextCommands(app, environment, names);
    if (run != null) {
      return next.attach(host, run)
          + " follows it, "
          + next.history(host)
          + " tells its exit code and last lines";
    }
    return next.status(host)
        + " tells while it runs, "
        + next.history(host)
        + " its exit code and last lines";
  }

  /** Something about a host that is no line of its app. */
  public synchronized void note(PrintWriter err, Host host, String text) {
    Page notes = new Page(err, terminal);
    notes.print(notes.line("deployctl: ").add(names.of(host)).add(": ").add(text));
    notes.flush();
  }
}
