package dev.deployctl.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.event.HostErrorKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.OnFailure;
import dev.deployctl.output.live.PlainLog;
import dev.deployctl.output.report.Invocation;
import dev.deployctl.output.report.Summary;
import dev.deployctl.output.tables.PlanPrinter;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.rollout.outcome.HoldPlan;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import dev.deployctl.rollout.outcome.RolloutPlan;
import dev.deployctl.rollout.outcome.RolloutPlan.Batch;
import dev.deployctl.rollout.outcome.Step;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The output of rollouts that hold a release, and of promotes. */
final class HeldOutputTest {
  private static final String TOKEN = Fixtures.preview().token();

  private final List<Host> hosts = Fixtures.hosts(4);

  // NullAway does not find the annotation of a nested type in a class file.
  @SuppressWarnings("NullAway")
  private RolloutPlan plan(@Nullable HoldPlan hold) {
    RolloutPlan base =
        Fixtures.plan(
            List.of(new Batch(hosts.subList(0, 1), true), new Batch(hosts.subList(1, 4), false)),
            Fixtures.serving(hosts, Fixtures.V1),
            OnFailure.ROLLBACK);
    return new RolloutPlan(
        base.app(),
        false,
        base.wanted(),
        base.digest(),
        base.batches(),
        List.of(),
        List.of(),
        Set.of(),
        base.serving(),
        null,
        base.settings(),
        1,
        0,
        null,
        null,
        hold,
        Duration.ofSeconds(12),
        List.of());
  }

  private RolloutOutcome held() {
    return Fixtures.outcome(
        Ending.HELD,
        Fixtures.V2,
        List.of(
            Fixtures.held(hosts.get(0)),
            Fixtures.untouched(hosts.get(1)),
            Fixtures.untouched(hosts.get(2)),
            Fixtures.untouched(hosts.get(3))));
  }

  private static Summary summary(PrintWriter out, Terminal terminal, String command) {
    return new Summary(out, terminal, new Invocation(command, null, List.of(), List.of()));
  }

  private static String plain(RolloutOutcome outcome, String command) {
    return Golden.print(
            (out, terminal) -> summary(out, terminal, command).print(outcome), Terminal.plain(true))
        .replaceAll("\\s+", " ");
  }

  @Test
  void summaryTellsTheTokenOnceAndTheNextCommands() {
    Golden.everyLook(
        "summary-held", (out, terminal) -> summary(out, terminal, "rollout").print(held()));
  }

  @Test
  void planSaysThatNobodyIsSwitched() {
    RolloutPlan plan = plan(new HoldPlan.Start(Duration.ofHours(1)));
    Golden.everyLook(
        "plan-hold", (out, terminal) -> new PlanPrinter(out, terminal).print(plan, null));
  }

  @Test
  void planOfAPromoteNamesTheHostsThatHoldTheRelease() {
    RolloutPlan plan = plan(new HoldPlan.Promote(hosts.subList(0, 1), Fixtures.held()));
    Golden.everyLook(
        "plan-promote", (out, terminal) -> new PlanPrinter(out, terminal).print(plan, null));
  }

  @Test
  void logOfAHoldHasNoToken() {
    StringWriter text = new StringWriter();
    PlainLog log =
        new PlainLog(
            new PrintWriter(text),
            Terminal.plain(true),
            Clock.fixed(Instant.parse("2026-11-23T03:04:05Z"), ZoneOffset.UTC),
            true);
    log.tell(new RolloutEvent.Planned(plan(new HoldPlan.Start(Duration.ofHours(1)))));
    log.tell(new RolloutEvent.HostFinished(Fixtures.held(hosts.get(0))));
    EveryEvent.ofHosts().forEach(event -> log.tell(new RolloutEvent.HostTold(hosts.get(0), event)));

    assertThat(text.toString())
        .contains("is started and held on 1 host, nobody is switched")
        .contains("v2 is held until 2026-11-23 04:04:05 UTC, v1 is live")
        .contains("holds the release until 2026-11-23 04:04:05 UTC")
        .doesNotContain(TOKEN);
  }

  @Test
  void rolloutThatMetAHeldReleaseNamesBothWaysOut() {
    RolloutOutcome refused =
        Fixtures.outcome(
            Ending.PREFLIGHT_REFUSED,
            Fixtures.V2,
            List.of(
                new HostOutcome.Failed(
                    hosts.get(0),
                    Fixtures.V1,
                    null,
                    Step.PREFLIGHT,
                    HostErrorKind.HELD.error("v3 is held there by bob"),
                    false,
                    Duration.ZERO),
                Fixtures.untouched(hosts.get(1))));

    assertThat(plain(refused, "rollout"))
        .contains("v3 is held there by bob")
        .containsSubsequence(
            "to go on deployctl promote blog",
            "or deployctl abandon blog",
            "and then deployctl rollout blog --tag v2");
  }

  @Test
  void promoteIsRepeatedWhileHostsHoldTheReleaseAndGoesOnByDigestAfterThat() {
    RolloutOutcome locked =
        Fixtures.outcome(Ending.LOCKED, Fixtures.V2, List.of(Fixtures.untouched(hosts.get(0))))
            .holding(hosts.subList(0, 1));
    RolloutOutcome half =
        Fixtures.outcome(
            Ending.INTERRUPTED,
            Fixtures.V2,
            List.of(Fixtures.updated(hosts.get(0)), Fixtures.untouched(hosts.get(1))));

    assertThat(plain(locked, "promote")).contains("to go on deployctl promote blog");
    assertThat(plain(half, "promote"))
        .contains("to go on deployctl rollout blog --digest " + Fixtures.DIGEST_2);
  }

  @Test
  void secretsAreNotPassedOn() {
    assertThat(held().withoutSecrets().hosts())
        .first()
        .extracting(host -> ((HostOutcome.Held) host).preview())
        .isEqualTo(Fixtures.preview().withToken(""));
    assertThat(held().toString()).doesNotContain(TOKEN);
  }
}
