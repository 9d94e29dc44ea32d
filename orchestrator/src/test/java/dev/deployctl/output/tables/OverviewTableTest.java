package dev.deployctl.output.tables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostValues;
import dev.deployctl.event.LockHolder;
import dev.deployctl.event.StatusFixture;
import dev.deployctl.fleet.HostList;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.Host;
import dev.deployctl.output.Fixtures;
import dev.deployctl.output.Golden;
import dev.deployctl.output.json.OverviewJson;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.overview.AppSummary;
import dev.deployctl.overview.AppsOverview;
import dev.deployctl.overview.Attention;
import dev.deployctl.rollout.outcome.Release;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The overview of all apps: one row an app, what needs attention first. */
class OverviewTableTest {
  private final List<Host> hosts = Fixtures.hosts(6);
  private final Map<String, List<AnswerEvents.Status>> told = new LinkedHashMap<>();

  private static AnswerEvents.Status status(
      String app,
      String state,
      @Nullable Release release,
      @Nullable LockHolder lock,
      String... drift) {
    return new StatusFixture(
            app, state, new HostValues.Instances(state.equals("ok") ? 2 : 0, 2, 0, null))
        .serving(
            release == null
                ? null
                : new HostValues.Serving(
                    String.valueOf(release.id()),
                    String.valueOf(release.digest()),
                    String.valueOf(release.tag()),
                    "2026-11-23T03:04:14.000Z",
                    "alice",
                    "r-7k2m",
                    "deploy",
                    true,
                    null))
        .connections(14)
        .lock(lock)
        .drift(drift)
        .build();
  }

  private void tells(int host, AnswerEvents.Status status) {
    told.computeIfAbsent(hosts.get(host).id(), _ -> new ArrayList<>()).add(status);
  }

  private AppsOverview overview(Map<String, List<Host>> members) {
    List<HostResult> answers = new ArrayList<>();
    for (Host host : hosts.subList(0, 5)) {
      answers.add(
          new HostResult.Answered(host, List.copyOf(told.getOrDefault(host.id(), List.of()))));
    }
    answers.add(
        new HostResult.Unreachable(
            hosts.get(5), "connection refused", "is sshd running there?", false));
    return AppsOverview.of(members, answers);
  }

  private AppsOverview overview() {
    LockHolder bob =
        new LockHolder("bob", "2026-11-23T02:10:00.000Z", "migration", null, null, "l-7k2m", null);
    LockHolder busy =
        new LockHolder("ci", "2026-11-23T03:03:59.000Z", null, "health", "r-1234", null, null);
    for (int i = 0; i < 5; i++) {
      tells(i, status("admin", "ok", Fixtures.V1, null));
      if (i < 4) {
        tells(i, status("billing", "ok", i == 1 ? Fixtures.V1 : Fixtures.V2, null));
      }
    }
    tells(0, status("blog", "ok", Fixtures.V2, null));
    tells(
        1,
        status(
            "blog",
            "down",
            Fixtures.V2,
            null,
            "instance 1 is exited (137) 4 minutes ago",
            "instance 2 is exited (137) 4 minutes ago"));
    tells(2, status("blog", "degraded", Fixtures.V1, bob, "a virtual host was changed by hand"));
    tells(3, status("shop", "busy", Fixtures.V2, busy));
    tells(4, status("shop", "ok", Fixtures.V2, null));
    tells(4, status("wiki", "ok", Fixtures.V1, null));
    Map<String, List<Host>> members = new LinkedHashMap<>();
    members.put("admin", hosts.subList(0, 5));
    members.put("billing", hosts.subList(0, 4));
    members.put("blog", List.of(hosts.get(0), hosts.get(1), hosts.get(2), hosts.get(5)));
    members.put("shop", hosts.subList(3, 5));
    members.put("search", List.of());
    return overview(members);
  }

  @Test
  void whatNeedsAttentionComesFirstWithItsReasons() {
    AppsOverview overview = overview();
    List<HostList.Missing> missing =
        List.of(new HostList.Missing("us-east-1", "EC2 us-east-1 does not answer: timed out"));

    Golden.everyLook("overview", (out, t) -> new OverviewTable(out, t).print(overview, missing));
    StringWriter json = new StringWriter();
    new OverviewJson(
            new PrintWriter(json),
            Clock.fixed(Instant.parse("2026-11-23T03:04:05.123Z"), ZoneOffset.UTC))
        .print(overview, missing);
    Golden.check("overview-json", json.toString());
  }

  @Test
  void anAppOnAHostThatDidNotAnswerIsNotOk() {
    tells(0, status("blog", "ok", Fixtures.V2, null));

    AppsOverview overview = overview(Map.of("blog", List.of(hosts.get(0), hosts.get(5))));

    assertThat(overview.apps().getFirst().state()).isEqualTo(Attention.NO_ANSWER);
    assertThat(overview.apps().getFirst().healthy()).isEqualTo(1);
  }

  @Test
  void anAppThatAHostDoesNotTellOfIsNotOk() {
    tells(0, status("blog", "ok", Fixtures.V2, null));

    AppsOverview overview = overview(Map.of("blog", hosts.subList(0, 2)));

    assertThat(overview.apps().getFirst().state()).isEqualTo(Attention.NOT_HERE);
  }

  @Test
  void aFreezeIsNamedAndAClosedWindowIsNot() {
    HostValues.Instances two = new HostValues.Instances(2, 2, 0, null);
    tells(
        0,
        new StatusFixture("blog", "ok", two)
            .freeze(
                new HostValues.DeployFreeze(
                    "freeze", "christmas", "holidays", "2026-12-27T08:00:00Z"))
            .build());
    tells(
        0,
        new StatusFixture("shop", "ok", two)
            .freeze(new HostValues.DeployFreeze("window", "office", null, "2026-11-24T09:00:00Z"))
            .build());
    List<Host> one = hosts.subList(0, 1);

    AppsOverview overview = overview(Map.of("blog", one, "shop", one));

    assertThat(overview.apps().getFirst().remarks())
        .singleElement()
        .extracting(AppSummary.Remark::state, AppSummary.Remark::text)
        .containsExactly(
            Attention.FROZEN, "deploys are frozen until 2026-12-27 08:00 UTC: holidays");
    assertThat(overview.apps().getLast().state()).isEqualTo(Attention.OK);
  }

  @Test
  void appsThatAreAllWellAreOneLineEach() {
    for (int i = 0; i < 5; i++) {
      tells(i, status("blog", "ok", Fixtures.V2, null));
    }
    AppsOverview overview = overview(Map.of("blog", hosts.subList(0, 5)));

    String text =
        Golden.print(
            (out, t) -> new OverviewTable(out, t).print(overview, List.of()), Terminal.plain(true));

    assertThat(text).contains(" ✓ blog  ok     5/5    v2\n");
  }
}
