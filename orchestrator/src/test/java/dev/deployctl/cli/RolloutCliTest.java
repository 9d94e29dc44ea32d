package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rollout, from the command line to the calls of the hosts and the output. */
final class RolloutCliTest {
  private static final List<String> READ_ONLY = List.of("preflight", "status", "version");

  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;

  @BeforeEach
  void threeHosts() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2", "web-3");
  }

  private @Nullable String serves(String host) {
    return fixture.host(host).serving().tag();
  }

  private void nothingWasTouched() {
    for (FakeHost host : fixture.hosts()) {
      assertThat(host.verbs()).as(host.name).isSubsetOf(READ_ONLY);
    }
  }

  @Test
  void bringsAllHostsToTheNewRelease() {
    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v2", "--yes");

    assertThat(finished.exit()).as(finished.out() + finished.err()).isZero();
    for (FakeHost host : fixture.hosts()) {
      assertThat(serves(host.name)).isEqualTo("v2");
      assertThat(host.verbs()).containsSubsequence("preflight", "lock", "pull", "deploy", "unlock");
      assertThat(host.lock()).isNull();
      assertThat(host.asked())
          .filteredOn(call -> call.startsWith("deploy "))
          .singleElement()
          .asString()
          .contains("--digest=" + Transcripts.V2, "--from-tag=v2", "--lock=l-");
    }
    assertThat(finished.out()).contains("v1", "v2", "3 hosts");
  }

  @Test
  void stopsAtACanaryThatIsNeverHealthy() {
    CliFixture.Finished finished =
        fixture.run("rollout", "blog", "--tag", "v3", "--yes", "--max-failures", "0");

    assertThat(finished.exit()).isEqualTo(1);
    assertThat(fixture.host("web-1").verbs()).contains("deploy");
    assertThat(fixture.host("web-2").verbs()).doesNotContain("deploy");
    assertThat(fixture.host("web-3").verbs()).doesNotContain("deploy");
    assertThat(finished.out()).contains("never healthy in 3 s", "503 Service Unavailable");
    assertThat(fixture.hosts()).allSatisfy(host -> assertThat(host.lock()).isNull());
  }

  @Test
  void aDryRunTouchesNothing() {
    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v2", "--dry-run");

    assertThat(finished.exit()).isZero();
    assertThat(finished.out()).contains("canary", "web-1", "FEATURE_Y");
    nothingWasTouched();
    assertThat(fixture.host("web-1").asked()).containsExactly("preflight blog --tag=v2");
  }

  @Test
  void planIsADryRunOfItsOwn() {
    CliFixture.Finished finished = fixture.run("plan", "blog", "--tag", "v2");

    assertThat(finished.exit()).isZero();
    assertThat(finished.out()).contains("web-1");
    nothingWasTouched();
  }

  @Test
  void goesOnWhereARolloutLeftOff() {
    fixture.run("rollout", "blog", "--tag", "v2", "--yes", "--hosts", "web-1");

    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v2", "--yes");

    assertThat(finished.exit()).isZero();
    assertThat(fixture.host("web-1").verbs().stream().filter("deploy"::equals)).hasSize(1);
    assertThat(serves("web-2")).isEqualTo("v2");
    assertThat(serves("web-3")).isEqualTo("v2");
  }

  @Test
  void takesBackExactlyWhatTheLastRolloutChanged() {
    fixture.run("rollout", "blog", "--tag", "v2", "--yes", "--hosts", "web-1,web-3");

    CliFixture.Finished finished = fixture.run("rollback", "blog", "--yes");

    assertThat(finished.exit()).as(finished.out() + finished.err()).isZero();
    assertThat(serves("web-1")).isEqualTo("v1");
    assertThat(serves("web-3")).isEqualTo("v1");
    assertThat(fixture.host("web-1").verbs()).contains("rollback");
    assertThat(fixture.host("web-2").verbs()).doesNotContain("rollback", "deploy", "lock");
  }

  @Test
  void restartsInBatches() {
    CliFixture.Finished finished = fixture.run("restart", "blog", "--yes");

    assertThat(finished.exit()).as(finished.out() + finished.err()).isZero();
    assertThat(fixture.hosts())
        .allSatisfy(host -> assertThat(host.verbs()).contains("restart").doesNotContain("deploy"));
  }

  @Test
  void picksTheStoryUpWhereTheConnectionBroke() {
    fixture.host("web-2").dropsAfter = 11;

    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v2", "--yes");

    assertThat(finished.exit()).as(finished.out() + finished.err()).isZero();
    FakeHost host = fixture.host("web-2");
    String deploy =
        host.asked().stream().filter(c -> c.startsWith("deploy ")).findFirst().orElseThrow();
    String id = FakeHost.option(FakeSshd.arguments(deploy), "rollout");
    // A connection that breaks may lose events that were sent: never more of them than were
    // sent.
    assertThat(host.asked())
        .anyMatch(call -> call.matches("attach blog --rollout=" + id + " --from=([2-9]|1[0-2])"));
    assertThat(host.verbs().stream().filter("deploy"::equals)).hasSize(1);
  }

  @Test
  void somebodyElsesLockIsExitFourAndTouchesNothing() {
    fixture.host("web-2").lockedBySomebody();

    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v2", "--yes");

    assertThat(finished.exit()).isEqualTo(4);
    assertThat(finished.out()).contains("blog is busy");
    assertThat(fixture.hosts())
        .allSatisfy(
            host -> {
              assertThat(host.verbs()).doesNotContain("deploy", "pull");
              assertThat(host.lock()).isNull();
            });
  }

  @Test
  void aHostOutOfReachIsExitFiveAndTouchesNothing() throws Exception {
    fixture.server("web-3").close();

    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v2", "--yes");

    assertThat(finished.exit()).isEqualTo(5);
    assertThat(finished.out()).contains("web-3");
    nothingWasTouched();
  }

  @Test
  void aToleratedHostOutOfReachIsLeftOutAndSaidInTheExitCode() throws Exception {
    fixture.server("web-3").close();

    CliFixture.Finished finished =
        fixture.run("rollout", "blog", "--tag", "v2", "--yes", "--max-unreachable", "1");

    assertThat(finished.exit()).isEqualTo(5);
    assertThat(serves("web-1")).isEqualTo("v2");
    assertThat(serves("web-2")).isEqualTo("v2");
    assertThat(serves("web-3")).isEqualTo("v1");
  }

  @Test
  void anUnknownTagIsExitThree() {
    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v9", "--yes");

    assertThat(finished.exit()).isEqualTo(3);
    nothingWasTouched();
  }

  @Test
  void wrongWordsAreExitTwoAndReachNoHost() {
    assertThat(fixture.run("rollout", "blog", "--yes").exit()).isEqualTo(2);
    assertThat(fixture.run("rollout", "blog", "--tag", "a;b", "--yes").exit()).isEqualTo(2);
    assertThat(fixture.run("rollout", "blgo", "--tag", "v2", "--yes").err())
        .contains("did you mean blog?");
    assertThat(fixture.run("rollout", "blog", "--tag", "v2", "--hosts", "web-9").exit())
        .isEqualTo(2);
    assertThat(fixture.runBare("rolout").exit()).isEqualTo(2);
    fixture.hosts().forEach(host -> assertThat(host.asked()).isEmpty());
  }

  @Test
  void anEmptySetOfHostsIsExitThree() {
    CliFixture.Finished finished = fixture.run("rollout", "shop", "--tag", "v2", "--yes");

    assertThat(finished.exit()).isEqualTo(3);
    assertThat(finished.err()).contains("no host of shop", "deployctl hosts shop --explain");
  }

  @Test
  void aHostWhoseKeyIsNotKnownIsRefused() {
    fixture.write("known_hosts", "");

    CliFixture.Finished finished = fixture.run("status", "blog");

    assertThat(finished.exit()).isEqualTo(5);
    assertThat(finished.out()).contains("not known");
    assertThat(fixture.hosts()).allSatisfy(host -> assertThat(host.asked()).isEmpty());
  }

  @Test
  void aHostWhoseKeyChangedIsRefusedAndTheOthersServe() throws Exception {
    String expected = fixture.changesHostKey("web-1");

    CliFixture.Finished finished = fixture.run("status", "blog");

    assertThat(finished.exit()).isEqualTo(5);
    assertThat(finished.out())
        .contains("HAS CHANGED", expected, directory.resolve("known_hosts") + ":1", "ssh-keygen");
    assertThat(fixture.host("web-1").asked()).isEmpty();
    assertThat(fixture.host("web-2").asked()).isNotEmpty();
    assertThat(fixture.run("rollout", "blog", "--tag", "v2", "--yes").exit()).isEqualTo(5);
    nothingWasTouched();
  }

  @Test
  void everyLineOfJsonParsesAndTheLastTellsTheEnd() {
    List<JsonNode> lines = fixture.run("rollout", "blog", "--tag", "v2", "--json").json();

    assertThat(lines).allSatisfy(line -> assertThat(line.get("v").asInt()).isEqualTo(1));
    assertThat(lines.getLast().get("type").asText()).isEqualTo("rollout.finished");
    assertThat(lines.stream().map(line -> line.get("type").asText()))
        .contains("plan", "host.finished");
  }

  @Test
  void alsoARefusedRolloutEndsInJson() {
    fixture.host("web-1").lockedBySomebody();

    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v2", "--json");

    assertThat(finished.exit()).isEqualTo(4);
    assertThat(finished.json().getLast().get("type").asText()).isEqualTo("rollout.finished");
  }

  @Test
  void asksAPersonAndTakesNoForAnAnswer() {
    fixture.personAnswers("n");

    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v2");

    assertThat(finished.out()).contains("Continue? [y/N]", "Nothing was touched.");
    assertThat(finished.exit()).isEqualTo(3);
    nothingWasTouched();
  }

  @Test
  void asksAPersonAndGoesOnAtYes() {
    fixture.personAnswers("y");

    assertThat(fixture.run("rollout", "blog", "--tag", "v2").exit()).isZero();
    assertThat(fixture.questions()).isEqualTo(1);
    assertThat(serves("web-3")).isEqualTo("v2");
  }

  @Test
  void neverAsksInContinuousIntegrationNorAway() {
    fixture.personAnswers("n");
    fixture.environment.put("CI", "true");

    assertThat(fixture.run("rollout", "blog", "--tag", "v2").exit()).isZero();
    assertThat(fixture.run("rollback", "blog", "--yes").exit()).isZero();
    assertThat(fixture.questions()).isZero();
  }

  @Test
  void statusTellsWhatRunsWhere() {
    fixture.run("rollout", "blog", "--tag", "v2", "--yes", "--hosts", "web-1");

    CliFixture.Finished finished = fixture.run("status", "blog");

    assertThat(finished.exit()).isZero();
    assertThat(finished.out()).contains("web-1", "web-2", "v2", "v1", "2 releases run");
  }
}
