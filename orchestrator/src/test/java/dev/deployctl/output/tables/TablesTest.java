package dev.deployctl.output.tables;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.AnswerEvents.HistoryEntry;
import dev.deployctl.event.HostValues;
import dev.deployctl.event.HostValues.ImageLabels;
import dev.deployctl.event.HostValues.Serving;
import dev.deployctl.event.LockHolder;
import dev.deployctl.event.OneOffCommand;
import dev.deployctl.event.OtherFields;
import dev.deployctl.event.StatusFixture;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.Inventory;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.RolloutId;
import dev.deployctl.output.Fixtures;
import dev.deployctl.output.Golden;
import dev.deployctl.output.json.JsonReport;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.Release;
import dev.deployctl.rollout.outcome.RollbackPlan;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TablesTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-23T03:04:05.123Z"), ZoneOffset.UTC);

  private final List<Host> hosts = Fixtures.hosts(6);

  @Test
  void hosts() {
    Map<String, SequencedSet<String>> tags = new LinkedHashMap<>();
    tags.put("App", new LinkedHashSet<>(List.of("blog", "admin")));
    tags.put("Role", new LinkedHashSet<>(List.of("web")));
    List<Host> several =
        List.of(
            new Host("i-0123456789abcdef0", "web-a1", "10.0.1.11", "ap-northeast-1a", tags),
            new Host("i-0123456789abcdef1", "名前", "10.0.1.12", "ap-northeast-1c", tags),
            Host.named("db"));
    Golden.everyLook("hosts", (out, t) -> new HostTable(out, t).print(several));
    Golden.check("hosts-json", json(report -> report.hosts(several)));
    List<Inventory.NearMiss> misses =
        List.of(new Inventory.NearMiss(several.get(2), List.of("Role=web: has no tag Role")));
    assertThat(
            Golden.print(
                (out, t) -> new HostTable(out, t).printNearMisses(misses), Terminal.plain(true)))
        .isEqualTo(" db  left out: Role=web: has no tag Role\n");
    assertThat(json(report -> report.nearMisses(misses)))
        .contains("\"type\":\"host.near-miss\"", "\"failed\":[\"Role=web: has no tag Role\"]");
  }

  @Test
  void aListInOneTagIsShownOnce() {
    Map<String, SequencedSet<String>> tags = new LinkedHashMap<>();
    tags.put("Roles", new LinkedHashSet<>(List.of("web, app", "web", "app")));
    Host host = new Host("i-0123456789abcdef0", "web-1", "10.0.1.11", "a", tags);
    assertThat(
            Golden.print(
                (out, t) -> new HostTable(out, t).print(List.of(host)), Terminal.plain(true)))
        .contains("Roles=web, app\n");
  }

  @Test
  void ofManyHostsThatNearlyMatchTheNearestAreShownAndTheRestCounted() {
    List<Inventory.NearMiss> misses =
        Fixtures.hosts(320).stream()
            .map(host -> new Inventory.NearMiss(host, List.of("has no tag App")))
            .toList();
    String shown =
        Golden.print(
            (out, t) -> new HostTable(out, t).printNearMisses(misses), Terminal.plain(true));
    assertThat(shown.lines()).hasSize(21);
    assertThat(shown).endsWith("  and 300 more hosts, no nearer; --json has all\n");
    assertThat(json(report -> report.nearMisses(misses)).lines()).hasSize(320);
  }

  @Test
  void statusMarksWhatIsOdd() {
    List<HostResult> fleet = fleet();
    Golden.everyLook("status", (out, t) -> new StatusTable(out, t).print(fleet));
    Golden.check("status-json", json(report -> report.status(fleet)));
  }

  @Test
  void statusOfAFleetThatAgreesNamesItsSourceOnceAndHasNoRemarks() {
    List<HostResult> fleet = new ArrayList<>();
    for (Host host : hosts) {
      fleet.add(new HostResult.Answered(host, List.of(status("blog", "ok", Fixtures.V2, null))));
    }
    String text =
        Golden.print((out, t) -> new StatusTable(out, t).print(fleet), Terminal.plain(true));
    assertThat(text.lines()).hasSize(hosts.size() + 3);
    assertThat(text)
        .contains(" source  commit 4f2c1d9, version 1.4.0, https://github.com/acme/blog\n")
        .doesNotContain("≠")
        .endsWith("6 hosts: 6 ok\n");
  }

  @Test
  void historyHasOneLineARollout() {
    List<HostResult> histories = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      histories.add(
          new HostResult.Answered(
              hosts.get(i),
              List.of(
                  entry("2026-11-22T18:20:1" + i + ".000Z", "r-aaaa", "v1", "succeeded", null),
                  entry(
                      "2026-11-23T03:04:0" + i + ".000Z",
                      "r-bbbb",
                      "v2",
                      i == 1 ? "failed" : "succeeded",
                      i == 1 ? "never healthy in 60 s" : null))));
    }
    histories.add(new HostResult.Answered(hosts.get(3), List.of()));
    histories.add(new HostResult.Unreachable(hosts.get(4), "connection refused", null, false));
    Golden.everyLook("history", (out, t) -> new HistoryTable(out, t).print(histories));
    Golden.check("history-json", json(report -> report.history(histories)));
  }

  @Test
  void historyTellsHowACommandOfItsOwnEndedAndWhatItPrintedLast() {
    List<HostResult> histories =
        List.of(
            new HostResult.Answered(
                hosts.getFirst(),
                List.of(
                    command("2026-11-23T03:04:05.000Z", "succeeded", 0, null),
                    command("2026-11-23T03:05:06.000Z", "failed", 3, "exit 3"),
                    command("2026-11-23T03:06:07.000Z", "failed", null, "the host was restarted"),
                    command("2026-11-23T03:07:08.000Z", null, null, null))));
    Golden.everyLook("history-run", (out, t) -> new HistoryTable(out, t).print(histories));
    Golden.check("history-run-json", json(report -> report.history(histories)));
  }

  @Test
  void rollbackPlan() {
    Map<String, Release> from = Fixtures.serving(hosts.subList(0, 2), Fixtures.V2);
    Map<String, Release> to = Fixtures.serving(hosts.subList(0, 1), Fixtures.V1);
    RollbackPlan plan =
        new RollbackPlan(
            Fixtures.BLOG,
            new RolloutId("r-7k2m"),
            "alice",
            "2026-11-23T03:04:05.123Z",
            hosts.subList(0, 2),
            hosts.subList(2, 5),
            List.of(new HostOutcome.Unreachable(hosts.get(5), null, "timed out", null)),
            from,
            to);
    Golden.everyLook("rollback-plan", (out, t) -> new RollbackPlanPrinter(out, t).print(plan));
    Golden.check("rollback-plan-json", json(report -> report.plan(plan)));
  }

  @Test
  void rolloutPlanAsJson() {
    Golden.check("plan-json", json(report -> report.plan(Fixtures.plan(3))));
  }

  @Test
  void anErrorAsJsonHasItsKindAndExitCode() throws Exception {
    String line =
        json(
            report ->
                report.error(
                    new DeployException(FailureKind.LOCKED, "blog is locked", "wait for bob")));
    assertThat(new ObjectMapper().readTree(line).toString())
        .isEqualTo(
            "{\"v\":1,\"ts\":\"2026-11-23T03:04:05.123Z\",\"type\":\"error\",\"kind\":\"locked\","
                + "\"exit\":4,\"message\":\"blog is locked\",\"hint\":\"wait for bob\"}");
  }

  private List<HostResult> fleet() {
    LockHolder bob =
        new LockHolder(
            "bob", "2026-11-23T02:10:00.000Z", "database migration", null, null, "l-7k2m", null);
    AnswerEvents.Status plain = status("blog", "ok", Fixtures.V2, null);
    AnswerEvents.Status drifted =
        new StatusFixture(
                "blog", "degraded", new HostValues.Instances(1, 2, 3, "2026-11-23T03:05:06.000Z"))
            .serving(serving(Fixtures.V1))
            .connections(3)
            .lock(bob)
            .drift("vhost was changed by hand")
            .runs(
                List.of(
                    new OneOffCommand(
                        "alice",
                        "2026-11-23T03:00:00.000Z",
                        List.of("bin/rails", "db:migrate"),
                        "3f2a9c1b7d04",
                        Fixtures.ID_1,
                        null,
                        List.of())))
            .build();
    return List.of(
        new HostResult.Answered(
            hosts.get(0), List.of(plain, status("admin", "ok", Fixtures.V1, null))),
        new HostResult.Answered(hosts.get(1), List.of(plain)),
        new HostResult.Answered(hosts.get(2), List.of(drifted)),
        new HostResult.Answered(hosts.get(3), List.of(status("blog", "none", null, null))),
        new HostResult.Answered(hosts.get(4), List.of()),
        new HostResult.Unreachable(
            hosts.get(5), "connection refused", "is sshd running there?", false));
  }

  private static AnswerEvents.Status status(
      String app, String state, @Nullable Release release, @Nullable Release previous) {
    return new StatusFixture(
            app, state, new HostValues.Instances(release == null ? 0 : 2, 2, 0, null))
        .serving(release == null ? null : serving(release))
        .previous(previous == null ? null : serving(previous))
        .connections(14)
        .build();
  }

  private static Serving serving(Release release) {
    return new Serving(
        String.valueOf(release.id()),
        String.valueOf(release.digest()),
        String.valueOf(release.tag()),
        "2026-11-23T03:04:14.000Z",
        "alice",
        "r-7k2m",
        "deploy",
        true,
        labels(String.valueOf(release.tag())));
  }

  /** Only v2 was built with labels; hostile ones among them. */
  private static @Nullable ImageLabels labels(String tag) {
    return tag.equals("v2")
        ? new ImageLabels(
            "4f2c1d9be610a7e5", "https://github.com/acme/blog.git", "1.4.0\u001b[31m", null)
        : null;
  }

  private static HistoryEntry entry(
      String ts, String rollout, String tag, String outcome, @Nullable String error) {
    return new HistoryEntry(
        1,
        ts,
        "blog",
        "alice",
        "10.0.0.9",
        "deploy",
        rollout,
        "20261123-030405-3f9ac1",
        Fixtures.DIGEST_2,
        tag,
        null,
        outcome,
        9120,
        error,
        null,
        List.of(),
        null,
        labels(tag),
        OtherFields.NONE);
  }

  private static HistoryEntry command(
      String ts, @Nullable String outcome, @Nullable Integer exit, @Nullable String error) {
    return new HistoryEntry(
        1,
        ts,
        "blog",
        "alice",
        "10.0.0.9",
        "run",
        null,
        "20261123-030405-3f9ac1",
        Fixtures.DIGEST_2,
        "v2",
        null,
        outcome,
        outcome == null ? 0 : 9120,
        error,
        new OneOffCommand(
            null,
            null,
            List.of("bin/rails", "db:migrate"),
            "3f2a9c1b7d04",
            null,
            exit,
            outcome == null ? List.of() : List.of("== migrating", "== \u001b[31mmigrated")),
        List.of(),
        null,
        null,
        OtherFields.NONE);
  }

  private static String json(Consumer<JsonReport> report) {
    StringWriter text = new StringWriter();
    report.accept(new JsonReport(new PrintWriter(text), CLOCK));
    return text.toString();
  }
}
