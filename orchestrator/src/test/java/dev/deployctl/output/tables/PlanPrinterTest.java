package dev.deployctl.output.tables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.model.Host;
import dev.deployctl.model.OnFailure;
import dev.deployctl.output.Fixtures;
import dev.deployctl.output.Golden;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.Release;
import dev.deployctl.rollout.outcome.RolloutPlan;
import dev.deployctl.rollout.outcome.RolloutPlan.Batch;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlanPrinterTest {
  @Test
  void showsThreeHostsByName() {
    Golden.everyLook(
        "plan-3", (out, t) -> new PlanPrinter(out, t).print(Fixtures.plan(3), "production"));
  }

  @Test
  void showsThreeHundredHostsByNumber() {
    Golden.everyLook(
        "plan-300", (out, t) -> new PlanPrinter(out, t).print(Fixtures.plan(300), null));
  }

  @Test
  void showsAMixedFleetWithHostsThatAreSkippedOrOutOfReach() {
    List<Host> hosts = Fixtures.hosts(6);
    Map<String, Release> serving = Fixtures.serving(hosts, Fixtures.V1);
    serving.remove(hosts.get(1).id());
    RolloutPlan base =
        Fixtures.plan(List.of(new Batch(hosts.subList(0, 4), false)), serving, OnFailure.ROLLBACK);
    RolloutPlan plan =
        new RolloutPlan(
            base.app(),
            base.wanted(),
            base.digest(),
            base.batches(),
            hosts.subList(4, 5),
            List.of(
                new HostOutcome.Unreachable(
                    hosts.get(5), null, "connection refused by 10.0.1.1 port 22", null)),
            base.serving(),
            null,
            base.settings(),
            1,
            2,
            null,
            List.of("hosts run two versions of deployctl-host: 0.1.0 and 0.2.0"));
    Golden.everyLook("plan-mixed", (out, t) -> new PlanPrinter(out, t).print(plan, "staging"));
  }

  @Test
  void aWatchWithoutACanaryIsNotPromised() {
    List<Host> hosts = Fixtures.hosts(6);
    Map<String, Release> serving = Fixtures.serving(hosts, Fixtures.V1);
    Batch half = new Batch(hosts.subList(0, 3), false);
    Batch rest = new Batch(hosts.subList(3, 6), false);
    RolloutPlan plan = Fixtures.plan(List.of(half, rest), serving, OnFailure.STOP);
    StringWriter out = new StringWriter();
    new PlanPrinter(new PrintWriter(out), Golden.UNICODE_120).print(plan, "staging");
    assertThat(out.toString()).contains("no canary to watch").doesNotContain("watches");
  }

  @Test
  void saysWhenThereIsNothingToChange() {
    RolloutPlan base = Fixtures.plan(List.of(), Map.of(), OnFailure.STOP);
    RolloutPlan plan =
        new RolloutPlan(
            base.app(),
            base.wanted(),
            base.digest(),
            List.of(),
            Fixtures.hosts(3),
            List.of(),
            Map.of(),
            null,
            base.settings(),
            1,
            0,
            null,
            List.of());
    String text =
        Golden.print((out, t) -> new PlanPrinter(out, t).print(plan, null), Terminal.plain(true));
    assertThat(text)
        .contains("v2 (sha256:9b2e41c09b2e), everywhere already (--force deploys it again)")
        .contains("nothing to change");
  }

  @Test
  void aFirstReleaseComesAfterNothing() {
    RolloutPlan plan =
        Fixtures.plan(List.of(new Batch(Fixtures.hosts(3), false)), Map.of(), OnFailure.STOP);
    String text =
        Golden.print((out, t) -> new PlanPrinter(out, t).print(plan, null), Terminal.plain(true));
    assertThat(text).contains("blog  nothing → v2 (sha256:9b2e41c09b2e)");
  }
}
