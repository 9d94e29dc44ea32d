package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** rollout --hold, promote and abandon, from the command line to the hosts and the output. */
final class HoldCliTest {
  private static final Pattern TOKEN = Pattern.compile("--preview=([0-9a-f]{32})");

  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;

  @BeforeEach
  void threeHosts() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2", "web-3");
  }

  private CliFixture.Finished done(String... arguments) {
    CliFixture.Finished finished = fixture.run(arguments);
    assertThat(finished.exit()).as(finished.out() + finished.err()).isZero();
    return finished;
  }

  private CliFixture.Finished hold(String... more) {
    return done(
        Stream.concat(
                Stream.of("rollout", "blog", "--tag", "v2", "--hold", "--yes"), Stream.of(more))
            .toArray(String[]::new));
  }

  private static String text(CliFixture.Finished finished) {
    return (finished.out() + finished.err()).replaceAll("\\s+", " ");
  }

  private String asked(String host, String verb) {
    return fixture.host(host).asked().stream()
        .filter(call -> call.startsWith(verb + " "))
        .reduce((_, last) -> last)
        .orElse("");
  }

  private String token() {
    Matcher matcher = TOKEN.matcher(asked("web-1", "deploy"));
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  private void assertLive(String tag, String... hosts) {
    for (String host : hosts) {
      assertThat(fixture.host(host).serving().tag()).as(host).isEqualTo(tag);
    }
  }

  private FakeHold.Held heldOn(String host) {
    return Objects.requireNonNull(fixture.host(host).hold.held(), host);
  }

  private void assertNothingIsHeld() {
    assertThat(fixture.hosts())
        .allSatisfy(host -> assertThat(host.hold.held()).as(host.name).isNull());
  }

  @Test
  void holdStartsTheFirstBatchAndSwitchesNobody() {
    CliFixture.Finished finished = hold();

    assertLive("v1", "web-1", "web-2", "web-3");
    assertThat(heldOn("web-1").tag()).isEqualTo("v2");
    assertThat(asked("web-1", "deploy")).contains("--hold=3600", "--lock=l-");
    for (FakeHost host : fixture.hosts()) {
      assertThat(host.verbs()).as(host.name).containsSubsequence("preflight", "lock", "pull");
      assertThat(host.lock()).isNull();
    }
    assertThat(fixture.host("web-2").verbs()).doesNotContain("deploy");
    assertThat(text(finished))
        .contains("is held, nobody is switched: 1 held, 2 untouched")
        .contains("curl -H 'X-Deployctl-Preview: " + token() + "' https://blog.example.com/")
        .contains("deployctl promote blog", "deployctl abandon blog", "2026-11-23 07:00:00 UTC");
  }

  @Test
  void planOfAHoldSaysThatNobodyIsSwitchedAndTellsNoToken() {
    CliFixture.Finished plan = done("rollout", "blog", "--tag", "v2", "--hold", "--dry-run");

    assertThat(text(plan))
        .contains("hold v2")
        .contains("starts v2 on web-1 and switches nobody; removed after 1 h unless it is promoted")
        .contains("promote also deploys it on web-2, web-3")
        .doesNotContain("X-Deployctl-Preview");
    assertNothingIsHeld();
    JsonNode json =
        done("rollout", "blog", "--tag=v2", "--hold", "--hold-for=2h", "--dry-run", "--json")
            .json()
            .getLast();
    assertThat(json.at("/plan/hold/action").asText()).isEqualTo("hold");
    assertThat(json.at("/plan/hold/seconds").asInt()).isEqualTo(7200);
  }

  @Test
  void jsonHasTheTokenAndHooksDoNot() throws Exception {
    Path heard = directory.resolve("heard.json");
    String config = Files.readString(directory.resolve("deployctl.yml"));
    fixture.write(
        "deployctl.yml", config + "hooks:\n  after:\n    - [ sh, -c, 'cat > " + heard + "' ]\n");

    CliFixture.Finished finished = hold("--json");

    JsonNode last = finished.json().getLast();
    assertThat(last.path("ending").asText()).isEqualTo("held");
    JsonNode host = last.at("/hosts/0");
    assertThat(host.path("outcome").asText()).isEqualTo("held");
    assertThat(host.path("changed").asBoolean()).isFalse();
    assertThat(host.at("/serving/tag").asText()).isEqualTo("v1");
    assertThat(host.at("/held/tag").asText()).isEqualTo("v2");
    assertThat(host.at("/preview/token").asText()).isEqualTo(token());
    assertThat(heard).content().contains("\"ending\":\"held\"").doesNotContain(token());
  }

  @Test
  void anAppWithoutPreviewIsHeldAndSaysSo() {
    fixture.hosts().forEach(host -> host.hold.preview = false);

    assertThat(text(hold())).contains("preview none", "preview = yes").doesNotContain("curl");
  }

  @Test
  void promoteMakesItLiveWhereItIsHeldAndDeploysItOnTheOthers() {
    hold();
    String rollout = heldOn("web-1").rollout();

    CliFixture.Finished finished = done("promote", "blog", "--yes");

    assertLive("v2", "web-1", "web-2", "web-3");
    assertNothingIsHeld();
    assertThat(fixture.host("web-1").verbs()).containsSubsequence("lock", "promote", "unlock");
    assertThat(asked("web-1", "promote")).doesNotContain(rollout);
    assertThat(fixture.host("web-2").verbs()).doesNotContain("promote");
    assertThat(asked("web-2", "deploy")).contains("--digest=" + Transcripts.V2, "--from-tag=v2");
    assertThat(text(finished)).contains("is live: 3 updated");
    done("rollback", "blog", "--yes");
    assertLive("v1", "web-1", "web-2", "web-3");
  }

  @Test
  void promotePlanNamesTheHoldersAndJsonHasThem() {
    hold();

    assertThat(text(done("promote", "blog", "--dry-run")))
        .contains("v1 (sha256:7e6736cb5505) → v2")
        .contains("held v2 on web-1, since 2026-11-23 06:00:00 by alice, rollout r-")
        .contains("canary web-1 · then web-");
    JsonNode hold =
        done("promote", "blog", "--dry-run", "--json").json().getLast().at("/plan/hold");
    assertThat(hold.path("action").asText()).isEqualTo("promote");
    assertThat(hold.at("/hosts/0/name").asText()).isEqualTo("web-1");
    assertThat(heldOn("web-1").tag()).isEqualTo("v2");
  }

  @Test
  void abandonRemovesItFromTheHostsThatHoldIt() {
    hold();

    CliFixture.Finished finished = done("abandon", "blog", "--yes");

    assertNothingIsHeld();
    assertLive("v1", "web-1", "web-2", "web-3");
    assertThat(fixture.host("web-2").verbs()).doesNotContain("abandon");
    assertThat(text(finished))
        .contains(
            "Remove the held release of blog: v2 (sha256:5b67fc6c94fe) by alice on 1 host: web-1",
            "web-1 removed");
    CliFixture.Finished again = fixture.run("abandon", "blog", "--yes");
    assertThat(again.exit()).isEqualTo(3);
    assertThat(text(again)).contains("no host holds a release of blog; nothing was touched");
  }

  @Test
  void promoteWithoutAHeldReleaseTouchesNothing() {
    CliFixture.Finished finished = fixture.run("promote", "blog", "--yes");

    assertThat(finished.exit()).isEqualTo(3);
    assertThat(text(finished))
        .contains("no host holds a release of blog", "deployctl rollout blog --tag TAG --hold");
    assertThat(fixture.host("web-1").verbs()).containsOnly("status");
  }

  @Test
  void aRolloutIsRefusedWhileAReleaseIsHeldAndForceReplacesIt() {
    hold();

    CliFixture.Finished refused = fixture.run("rollout", "blog", "--tag", "v2", "--yes");
    assertThat(refused.exit()).isEqualTo(3);
    assertThat(text(refused))
        .contains("v2 is held there by alice", "deployctl promote blog", "deployctl abandon blog");
    assertThat(heldOn("web-1").tag()).isEqualTo("v2");

    done("rollout", "blog", "--tag", "v2", "--yes", "--force");
    assertLive("v2", "web-1", "web-2", "web-3");
    assertThat(asked("web-1", "deploy")).contains("--force");
  }

  @Test
  void differentHeldReleasesAreRefusedAndNamed() {
    fixture
        .host("web-1")
        .hold
        .set(new FakeHold.Held("20261123-060101-000001", Transcripts.V2, "v2", "r-first"));
    fixture
        .host("web-3")
        .hold
        .set(new FakeHold.Held("20261123-060101-000002", Transcripts.BROKEN, "v3", "r-other"));

    CliFixture.Finished finished = fixture.run("promote", "blog", "--yes");

    assertThat(finished.exit()).isEqualTo(3);
    assertThat(text(finished))
        .contains("hosts hold different releases of blog: v2 (sha256:5b67fc6c94fe…) on web-1;")
        .contains("on web-3; nothing was touched", "deployctl abandon blog --hosts web-3");
    assertLive("v1", "web-1", "web-2", "web-3");
  }

  @Test
  void aHostThatLostItsHeldReleaseIsDeployedWithANote() {
    hold();
    // The hold ends between the question and the promote.
    FakeHost web1 = fixture.host("web-1");
    web1.hears =
        verb -> {
          if (verb.equals("promote")) {
            web1.hold.set(null);
          }
        };

    CliFixture.Finished finished = done("promote", "blog", "--yes");

    assertLive("v2", "web-1", "web-2", "web-3");
    assertThat(web1.verbs()).containsSubsequence("promote", "deploy");
    assertThat(text(finished)).contains("web-1 does not hold the release any more");
  }

  @Test
  void aHostThatHeldItBeforeIsNamedInThePlan() {
    hold("--canary", "2");
    String rollout = heldOn("web-2").rollout();
    fixture.host("web-2").hold.set(null);
    fixture.host("web-2").answers("history", 0, List.of(heldEntry(rollout), finished("history")));

    assertThat(text(done("promote", "blog", "--dry-run")))
        .contains("web-2 held this release and does not any more: deployed like the other hosts");
  }

  private static ObjectNode heldEntry(String rollout) {
    return Transcripts.object()
        .put("v", 1)
        .put("type", "history.entry")
        .put("app", "blog")
        .put("verb", "deploy")
        .put("rollout", rollout)
        .put("outcome", "held");
  }

  private static ObjectNode finished(String verb) {
    return Transcripts.object().put("v", 1).put("type", verb + ".finished");
  }

  @Test
  void theReleaseCommandOfTheHoldIsNotRunAgain() {
    for (FakeHost host : fixture.hosts()) {
      ObjectNode command = Transcripts.object().put("last_ms", 12_000);
      command.putArray("command").add("bin/rails").add("db:migrate");
      host.releaseCommand = command;
      host.answers(
          "release", 0, List.of(OneOffEvents.started("release"), OneOffEvents.finished(0)));
    }
    hold();
    String rollout = heldOn("web-1").rollout();
    assertThat(asked("web-1", "release")).contains("--rollout=" + rollout);

    ObjectNode ran = heldEntry("r-none").put("verb", "run").put("outcome", "succeeded");
    ran.putNull("rollout");
    ran.putObject("run").put("kind", "release").put("rollout", rollout);
    fixture
        .host("web-1")
        .answers("history", 0, List.of(heldEntry(rollout), ran, finished("history")));
    assertThat(text(done("promote", "blog", "--dry-run")))
        .contains("bin/rails db:migrate ran on web-1 before the hold; not run again");

    fixture.host("web-1").answers("history", 0, List.of(finished("history")));
    done("promote", "blog", "--yes");
    assertThat(asked("web-1", "release")).as("attached to").contains("--rollout=" + rollout);
  }

  @Test
  void aFailedHoldIsNamedAndRepeatedAsAHold() {
    CliFixture.Finished finished =
        fixture.run("rollout", "blog", "--tag", "v3", "--hold", "--hold-for", "30m", "--yes");

    assertThat(finished.exit()).isEqualTo(1);
    assertThat(text(finished))
        .contains("never healthy in 3 s")
        .contains("deployctl rollout blog --tag TAG --hold --hold-for 1800s");
    assertLive("v1", "web-1", "web-2", "web-3");
  }

  @Test
  void whatIsHeldIsRemovedWhereTheFirstBatchFails() {
    fixture.host("web-2").answers("deploy", 73, Transcripts.of("deploy-refused-unhealthy"));

    CliFixture.Finished finished =
        fixture.run("rollout", "blog", "--tag", "v2", "--hold", "--canary", "2", "--yes");

    assertThat(finished.exit()).isEqualTo(1);
    assertThat(fixture.host("web-1").verbs()).containsSubsequence("deploy", "abandon", "unlock");
    assertNothingIsHeld();
    assertThat(text(finished)).contains("abandoned: 1 of 1 host").doesNotContain("curl");
  }

  @Test
  void statusShowsWhatIsHeld() {
    hold();

    assertThat(text(done("status", "blog")))
        .contains(
            "web-1 holds v2 (sha256:5b67fc6c94fe) as 20261123-060101-000001, by alice since"
                + " 2026-11-23 06:00:00, until")
        .contains("deployctl promote blog makes it live, deployctl abandon blog removes it");
    assertThat(done("status", "blog", "--json").json().getFirst().at("/apps/0/held/tag").asText())
        .isEqualTo("v2");
  }

  @Test
  void timeOfAHoldIsChecked() {
    CliFixture.Finished alone = fixture.run("rollout", "blog", "--tag=v2", "--hold-for=1h", "-y");
    assertThat(alone.exit()).isEqualTo(2);
    assertThat(alone.err()).contains("--hold-for goes with --hold");
    for (String time : List.of("59s", "8d")) {
      CliFixture.Finished wrong =
          fixture.run("rollout", "blog", "--tag=v2", "--hold", "--hold-for", time, "-y");
      assertThat(wrong.exit()).as(time).isEqualTo(2);
      assertThat(wrong.err()).contains("1 minute to 7 days");
    }
    assertThat(fixture.host("web-1").asked()).isEmpty();
  }
}
