package dev.deployctl.output.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.event.HostError;
import dev.deployctl.model.Host;
import dev.deployctl.output.Fixtures;
import dev.deployctl.output.Golden;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import dev.deployctl.rollout.outcome.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SummaryTest {
  private final List<Host> hosts = Fixtures.hosts(6);

  @Test
  void allWentWell() {
    RolloutOutcome outcome =
        Fixtures.outcome(
            Ending.DONE,
            Fixtures.V2,
            hosts.stream().map(host -> (HostOutcome) Fixtures.updated(host)).toList());
    golden("summary-done", outcome);
  }

  @Test
  void failedHostShowsWhatIsLiveWhatWasSeenAndWhatToDo() {
    List<HostOutcome> outcomes = new ArrayList<>();
    outcomes.add(Fixtures.updated(hosts.get(0)));
    outcomes.add(Fixtures.failed(hosts.get(1)));
    hosts.subList(2, 6).forEach(host -> outcomes.add(Fixtures.untouched(host)));
    golden("summary-over-budget", Fixtures.outcome(Ending.OVER_BUDGET, Fixtures.V2, outcomes));
  }

  @Test
  void unknownAndUnreachableHostsAreNamedWithTheCommandToLookAtThem() {
    List<HostOutcome> outcomes =
        List.of(
            new HostOutcome.Updated(
                hosts.get(0),
                Fixtures.V1,
                Fixtures.V2,
                Duration.ofSeconds(9),
                3,
                List.of("old container was killed after its stop time-out"),
                null),
            new HostOutcome.Unknown(
                hosts.get(1), Fixtures.V1, new Step("switch"), "no answer for 5 minutes"),
            new HostOutcome.Unreachable(
                hosts.get(2),
                null,
                "connection timed out",
                "is the host running? check with: ssh web-a2"),
            new HostOutcome.RollbackFailed(
                hosts.get(3),
                Fixtures.V2,
                new HostError(
                    "unavailable",
                    "Docker does not answer",
                    null,
                    "systemctl status docker",
                    null)),
            new HostOutcome.RolledBack(
                hosts.get(4), Fixtures.V2, Fixtures.V1, Duration.ofSeconds(2)),
            new HostOutcome.Skipped(hosts.get(5), Fixtures.V2));
    RolloutOutcome base = Fixtures.outcome(Ending.ROLLED_BACK, Fixtures.V2, outcomes);
    golden(
        "summary-bad-day",
        new RolloutOutcome(
            base.id(),
            base.app(),
            base.ending(),
            base.wanted(),
            base.hosts(),
            2,
            base.took(),
            List.of("tag v2 now points to sha256:0000; this rollout used sha256:9b2e41c09b2e")));
  }

  @Test
  void whatPreflightRefusesEverywhereForOneCauseIsSaidOnce() {
    HostError noTag =
        new HostError(
            "definition",
            "image: the registry has no shop/blog:v2: manifest unknown",
            null,
            "push the image first, or correct the tag",
            null);
    HostError disk =
        new HostError("unavailable", "disk: 120 MiB free, 1 GiB wanted", null, "prune", null);
    List<HostOutcome> outcomes =
        List.of(
            refused(hosts.get(0), noTag),
            refused(hosts.get(1), disk),
            refused(hosts.get(2), noTag),
            Fixtures.untouched(hosts.get(3)));
    golden("summary-refused", Fixtures.outcome(Ending.PREFLIGHT_REFUSED, Fixtures.V2, outcomes));
  }

  @Test
  void theImageIsBlamedOnlyWhereItIsAtFault() {
    String another = "after fixing the image; the same image will fail again";
    HostError portTaken =
        new HostError("release-failed", "the port of container x is taken", null, null, null);
    HostError unproved =
        new HostError(
            "release-failed",
            "the switch could not be proved in 10 s",
            null,
            "does another virtual host answer?",
            new HostError.Verdict("GET / through nginx: 404", null, List.of()));
    HostError otherPlatform =
        new HostError(
            "release-failed", "image: r/blog:v2 is not built for linux/amd64", null, null, null);
    HostError dead =
        new HostError(
            "release-failed",
            "instance 1: exited with 1",
            null,
            null,
            new HostError.Verdict(null, null, List.of("last words")));
    assertThat(goOn("start", portTaken)).doesNotContain(another).contains("once that is fixed");
    assertThat(goOn("verify", unproved)).doesNotContain(another).contains("once that is fixed");
    assertThat(goOn("preflight", otherPlatform)).contains(another);
    assertThat(goOn("pull", otherPlatform)).contains(another);
    assertThat(goOn("health", Fixtures.neverHealthy())).contains(another);
    assertThat(goOn("health", dead)).contains(another);
  }

  private String goOn(String step, HostError error) {
    HostOutcome failed =
        new HostOutcome.Failed(
            hosts.getFirst(),
            Fixtures.V1,
            Fixtures.V2,
            new Step(step),
            error,
            false,
            Duration.ZERO);
    return plain(Fixtures.outcome(Ending.OVER_BUDGET, Fixtures.V2, List.of(failed)))
        .replaceAll("\\s+", " ");
  }

  private static HostOutcome refused(Host host, HostError error) {
    return new HostOutcome.Failed(host, null, null, Step.PREFLIGHT, error, false, Duration.ZERO);
  }

  @Test
  void ofThreeHundredHostsTheFailedOnesAreNamed() {
    List<HostOutcome> outcomes = new ArrayList<>();
    for (Host host : Fixtures.hosts(300)) {
      int at = outcomes.size();
      outcomes.add(
          at % 25 == 7
              ? Fixtures.failed(host)
              : at < 200 ? Fixtures.updated(host) : Fixtures.untouched(host));
    }
    golden("summary-300", Fixtures.outcome(Ending.OVER_BUDGET, Fixtures.V2, outcomes));
  }

  @Test
  void hostsOfOneNameAreToldApartById() {
    Host one = new Host("i-0aa1", "web", "10.0.0.1", "", Map.of());
    Host two = new Host("i-0aa2", "web", "10.0.0.2", "", Map.of());
    RolloutOutcome outcome =
        Fixtures.outcome(
            Ending.OVER_BUDGET,
            Fixtures.V2,
            List.of(Fixtures.failed(one), Fixtures.untouched(two)));
    assertThat(plain(outcome))
        .contains("✗ web (i-0aa1)  health: never healthy in 60 s; v1 is still live on this host")
        .contains("deployctl logs blog --hosts i-0aa1 --release 20261123-030405-3f9ac1")
        .contains("1 untouched (web (i-0aa2))");
  }

  @Test
  void nothingWasTouchedIsSaidOnlyWhereItIsTrue() {
    HostOutcome out = new HostOutcome.Unreachable(hosts.get(0), null, "timed out", null);
    String said = "nothing was touched";
    assertThat(plain(Fixtures.outcome(Ending.UNREACHABLE, Fixtures.V2, List.of(out))))
        .contains(said);
    assertThat(
            plain(
                Fixtures.outcome(
                    Ending.UNREACHABLE, Fixtures.V2, List.of(out, Fixtures.updated(hosts.get(1))))))
        .doesNotContain(said);
  }

  @Test
  void nothingIsUnknownOfHostsThatWereNotTouched() {
    HostOutcome out = new HostOutcome.Unreachable(hosts.get(0), null, "timed out", null);
    HostOutcome held = new HostOutcome.Untouched(hosts.get(1), null);
    for (Ending ending : List.of(Ending.UNREACHABLE, Ending.LOCKED, Ending.PREFLIGHT_REFUSED)) {
      assertThat(plain(Fixtures.outcome(ending, Fixtures.V2, List.of(out, held))))
          .contains("nothing was touched")
          .doesNotContain("Not known");
    }
    assertThat(
            plain(
                Fixtures.outcome(
                    Ending.OVER_BUDGET, Fixtures.V2, List.of(out, Fixtures.failed(hosts.get(1))))))
        .contains("Not known: ");
  }

  @Test
  void whatAHostSaysCannotMoveTheCursor() {
    HostError hostile =
        new HostError(
            "internal",
            "\u001b[2J\u001b]0;owned\u0007gone\r\nline \u202ereverse",
            null,
            null,
            null);
    HostOutcome failed =
        new HostOutcome.Failed(
            hosts.get(0), null, null, null, hostile, false, Duration.ofSeconds(1));
    String text = plain(Fixtures.outcome(Ending.OVER_BUDGET, Fixtures.V2, List.of(failed)));
    assertThat(text)
        .contains("gone line reverse")
        .doesNotContainPattern("[\\p{Cc}\\p{Cf}&&[^\\n]]");
  }

  private static void golden(String name, RolloutOutcome outcome) {
    Golden.everyLook(
        name,
        (out, t) ->
            new Summary(out, t, new Invocation("rollout", "production", List.of(), List.of()))
                .print(outcome));
  }

  private static String plain(RolloutOutcome outcome) {
    return Golden.print(
        (out, t) ->
            new Summary(out, t, new Invocation("rollout", null, List.of(), List.of()))
                .print(outcome),
        Terminal.plain(true));
  }
}
