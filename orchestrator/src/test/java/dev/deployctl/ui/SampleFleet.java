package dev.deployctl.ui;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.EventReader;
import dev.deployctl.event.HostEvent;
import dev.deployctl.fleet.FleetLogs;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.Host;
import dev.deployctl.overview.AppsOverview;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Two apps on four hosts, one of which does not answer; what they say can be changed. */
final class SampleFleet implements FleetFacts {
  static final String HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>\u001b[2J";
  private static final String V1 = "77aa02c4".repeat(8);
  private static final String V2 = "9b2e41c0".repeat(8);

  private final List<Host> hosts = new ArrayList<>();
  final AtomicInteger asked = new AtomicInteger();
  volatile String shopState = "ok";
  volatile String said = "GET /orders 200 in 12 ms";

  SampleFleet() {
    for (String name : List.of("web-a1", "web-c1", "web-a2", "web-c2")) {
      hosts.add(new Host("i-" + name, name, "10.0.1.1", name.substring(4, 5), Map.of()));
    }
  }

  @Override
  public List<String> apps() {
    return List.of("shop", "billing");
  }

  private static HostEvent event(String json) {
    return new EventReader().read(json.replace('\'', '"')).orElseThrow();
  }

  private HostEvent status(String app, int host) {
    String live = app.equals("shop") && host == 1 ? V1 : V2;
    String tag = live.equals(V1) ? "v41" : "v42";
    String rollout = live.equals(V1) ? "r-3h8d2nba" : "r-7k2m4qxz";
    String lock =
        app.equals("shop")
            ? "{'holder':'alice','since':'2026-11-23T03:04:05.000Z','reason':'rollout by"
                + " alice@laptop','step':%s}"
                    .formatted(host == 1 ? "'health','rollout':'r-7k2m4qxz'" : "null,'lock':'l-1'")
            : "null";
    String drift = app.equals("shop") && host == 1 ? "'shop.conf'" : "";
    return event(
        """
        {'v':1,'seq':1,'ts':'2026-11-23T03:05:00.000Z','type':'status','app':'%s','state':'%s',
         'serving':{'release':'20261123-030405-3f9ac1','digest':'sha256:%s','tag':'%s',
         'since':'2026-11-23T03:04:05.000Z','by':'alice','rollout':'%s','verb':'deploy'},
         'previous':{'release':'20261120-101500-77aa02','digest':'sha256:%s','tag':'v41'},
         'instances':{'running':2,'wanted':2,'restarts':0,'restarted':null},'connections':14,
         'mode':'socket','lock':%s,'drift':[],'applied':{'version':'4c1d','commit':'a3b4c5d',
         'dirty':false,'at':'2026-11-20T10:00:00.000Z','by':'olga','drift':[%s]},'runs':[],'processes':[],'retiring':[]}
        """
            .formatted(
                app, app.equals("shop") ? shopState : "ok", live, tag, rollout, V1, lock, drift)
            .replace("\n", ""));
  }

  private List<HostResult> each(java.util.function.IntFunction<List<HostEvent>> events) {
    asked.incrementAndGet();
    List<HostResult> results = new ArrayList<>();
    for (int i = 0; i < hosts.size(); i++) {
      results.add(
          i == 3
              ? new HostResult.Unreachable(
                  hosts.get(i), "connection timed out", "ssh web-c2", false)
              : new HostResult.Answered(hosts.get(i), events.apply(i)));
    }
    return results;
  }

  @Override
  public AppsOverview overview() {
    Map<String, List<Host>> members = new LinkedHashMap<>();
    members.put("shop", hosts);
    members.put("billing", hosts.subList(0, 2));
    return AppsOverview.of(
        members, each(host -> List.of(status("shop", host), status("billing", host))));
  }

  @Override
  public AppAnswers app(String app) {
    return new AppAnswers(
        each(host -> List.of(status(app, host))),
        each(
            host ->
                List.of(
                    entry(
                        "2026-11-23T03:04:05.000Z",
                        "deploy",
                        "r-7k2m4qxz",
                        "v42",
                        "succeeded",
                        null),
                    entry(
                        "2026-11-22T10:01:00.000Z",
                        "deploy",
                        "r-3h8d2nba",
                        "v41b",
                        "failed",
                        host == 0 ? "never healthy in 60 s: GET /healthz: 500" : null))),
        each(
            host ->
                List.of(
                    event(
                        """
                        {'v':1,'seq':1,'type':'schedule','app':'shop','schedule':'nightly',
                         'at':'*-*-* 03:00:00','command':['bin/nightly'],'on':'one','here':true,
                         'next':'2026-11-24T03:00:00.000Z','last':{'ts':'2026-11-23T03:00:00.000Z',
                         'slot':'2026-11-23T03:00:00.000Z','run':'53d7','outcome':'succeeded',
                         'exit':0,'ms':3006},'skipped':[],'problem':null}
                        """
                            .replace("\n", "")))),
        each(
            host ->
                List.of(
                    traffic(host, V2, "v42", "2026-11-23T03:04:05.000Z", 812, 0),
                    traffic(host, V1, "v41", "2026-11-23T02:05:36.000Z", 18_240, 3))));
  }

  /** The requests of a release on a host, the second of which does not know them. */
  private static HostEvent traffic(
      int host, String image, String tag, String since, long requests, long errors) {
    String counted =
        "{'requests':%d,'errors_5xx':%d,'p50_ms':%d,'p95_ms':%d,'seconds':60}"
            .formatted(requests + 17L * host, errors, 11 + host, 48 + 5 * host);
    return event(
        ("{'v':1,'seq':1,'type':'traffic.release','app':'shop','release':'20261123-030405-3f9ac1',"
                + "'digest':'sha256:%s','tag':'%s','since':'%s','until':'2026-11-23T03:05:36.000Z',"
                + "'requests':%s,'unknown':%s}")
            .formatted(
                image,
                tag,
                since,
                host == 1 ? "null" : counted,
                host == 1 ? "'nginx logs in a format of its own'" : "null"));
  }

  private static HostEvent entry(
      String when,
      String verb,
      String rollout,
      String tag,
      String outcome,
      @Nullable String error) {
    return event(
        ("{'v':1,'seq':1,'ts':'%s','type':'history.entry','app':'shop','by':'alice','verb':'%s',"
                + "'rollout':'%s','tag':'%s','digest':'sha256:%s','outcome':'%s','ms':9120,"
                + "'error':%s,'run':null,'retired':[]}")
            .formatted(
                when, verb, rollout, tag, V2, outcome, error == null ? "null" : "'" + error + "'"));
  }

  @Override
  public FleetLogs.Collected logs(String app) {
    List<FleetLogs.Line> lines = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      Host host = hosts.get(i % 3);
      boolean bad = i == 17;
      lines.add(
          new FleetLogs.Line(
              host,
              new AnswerEvents.LogLine(
                  i,
                  "2026-11-23T03:05:%02d.000Z".formatted(i),
                  1,
                  "20261123-030405-3f9ac1",
                  bad ? "stderr" : "stdout",
                  bad ? "payment provider answered 503, trying again in 2 s" : said)));
    }
    return new FleetLogs.Collected(lines, each(host -> List.of()));
  }
}
