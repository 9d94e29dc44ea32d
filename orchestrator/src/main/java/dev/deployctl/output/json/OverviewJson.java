package dev.deployctl.output.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deployctl.fleet.HostList;
import dev.deployctl.overview.AppSummary;
import dev.deployctl.overview.AppsOverview;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;

/** Writes the overview of all apps for programs: one object an app, then one a host. */
public final class OverviewJson {
  private final JsonLines lines;
  private final JsonReport report;

  public OverviewJson(PrintWriter out, Clock clock) {
    this.lines = new JsonLines(out, clock);
    this.report = new JsonReport(out, clock);
  }

  public void print(AppsOverview overview, List<HostList.Missing> missing) {
    overview.apps().forEach(app -> lines.write("app.status", app(app)));
    report.status(overview.answers());
    for (HostList.Missing part : missing) {
      lines.write("note", Json.object().put("message", part.warning()));
    }
  }

  private static ObjectNode app(AppSummary app) {
    ObjectNode json =
        Json.object()
            .put("app", app.app())
            .put("state", Json.word(app.state()))
            .put("ok", app.healthy());
    json.set(
        "hosts",
        Json.list(
            app.hosts(),
            host -> {
              ObjectNode one = Json.host(host);
              one.set("serving", Json.release(app.serving().get(host.id())));
              return one;
            }));
    json.set(
        "remarks",
        Json.list(
            app.remarks(),
            remark -> {
              ObjectNode one = Json.object().put("state", Json.word(remark.state()));
              one.put("message", remark.text());
              one.set("hosts", Json.list(remark.hosts(), Json::host));
              return one;
            }));
    return json;
  }
}
