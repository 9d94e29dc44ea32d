package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job, from the words typed to what the hosts saw and the person reads. */
final class RolloutCliTest {
  private static final List<String> READ_ONLY = List.of("preflight", "status", "version");

  @TempDir private Path directory;
  @AutoClose private Bench bench;

  @BeforeEach
  void threeHosts() throws Exception {
    bench = new Bench(directory, "web-1", "web-2", "web-3");
  }

  private String serves(String host) {
    return bench.host(host).serving().tag();
  }

  private void nothingWasTouched() {
    for (FakeHost host : bench.hosts()) {
      assertThat(host.verbs()).as(host.name).isSubsetOf(READ_ONLY);
    }
  }

  @Test
  void bringsAllHostsToTheNewRelease() {
    Bench.Finished finished = bench.run("rollout", "blog", "--tag", "v2", "--yes");

    assertThat(finished.exit()).as(finished.out() + finished.err()).isZero();
    for (FakeHost host : bench.hosts()) {
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
    Bench.Finished finished =
        bench.run("rollout", "blog", "--tag", "v3", "--yes", "--max-failures", "0");

    assertThat(finished.exit()).isEqualTo(1);
    assertThat(bench.host("web-1").verbs()).contains("deploy");
    assertThat(bench.host("web-2").verbs()).doesNotContain("deploy");
    assertThat(bench.host("web-3").verbs()).doesNotContain("deploy");
    assertThat(finished.out()).contains("never healthy in 3 s", "503 Service Unavailable");
    assertThat(bench.hosts()).allSatisfy(host -> assertThat(host.lock()).isNull());
  }

  @Test
  void aDryRunTouchesNothing() {
    Bench.Finished finished = bench.run("rollout", "blog", "--tag", "v2", "--dry-run");

    assertThat(finished.exit()).isZero();
    assertThat(finished.out()).contains("canary", "web-1", "FEATURE_Y");
    nothingWasTouched();
    assertThat(bench.host("web-1").asked()).containsExactly("preflight blog --tag=v2");
  }

  @Test
  void planIsADryRunOfItsOwn() {
    Bench.Finished finished = bench.run("plan", "blog", "--tag", "v2");

    assertThat(finished.exit()).isZero();
    assertThat(finished.out()).contains("web-1");
    nothingWasTouched();
  }

  @Test
  void goesOnWhereARolloutLeftOff() {
    bench.run("rollout", "blog", "--tag", "v2", "--yes", "--hosts", "web-1");

    Bench.Finished finished = bench.run("rollout", "blog", "--tag", "v2", "--yes");

    assertThat(finished.exit()).isZero();
    assertThat(bench.host("web-1").verbs().stream().filter("deploy"::equals)).hasSize(1);
    assertThat(serves("web-2")).isEqualTo("v2");
    assertThat(serves("web-3")).isEqualTo("v2");
  }

  @Test
  void takesBackExactlyWhatTheLastRolloutChanged() {
    bench.run("rollout", "blog", "--tag", "v2", "--yes", "--hosts", "web-1,web-3");

    Bench.Finished finished = bench.run("rollback", "blog", "--yes");

    assertThat(finished.exit()).as(finished.out() + finished.err()).isZero();
    assertThat(serves("web-1")).isEqualTo("v1");
    assertThat(serves("web-3")).isEqualTo("v1");
    assertThat(bench.host("web-1").verbs()).contains("rollback");
    assertThat(bench.host("web-2").verbs()).doesNotContain("rollback", "deploy", "lock");
  }

  @Test
  void restartsInBatches() {
    Bench.Finished finished = bench.run("restart", "blog", "--yes");

    assertThat(finished.exit()).as(finished.out() + finished.err()).isZero();
    assertThat(bench.hosts())
        .allSatisfy(host -> assertThat(host.verbs()).contains("restart").doesNotContain("deploy"));
  }

  @Test
  void picksTheStoryUpWhereTheConnectionBroke() {
    bench.host("web-2").dropsAfter = 11;

    Bench.Finished finished = bench.run("rollout", "blog", "--tag", "v2", "--yes");

    assertThat(finished.exit()).as(finished.out() + finished.err()).isZero();
    FakeHost host = bench.host("web-2");
    String deploy =
        host.asked().stream().filter(c -> c.startsWith("deploy ")).findFirst().orElseThrow();
    String id = FakeHost.option(FakeSshd.words(deploy), "rollout");
    // A connection that breaks may take words with it that were under way: never more than were
    // sent.
    assertThat(host.asked())
        .anyMatch(call -> call.matches("attach blog --rollout=" + id + " --from=([2-9]|1[0-2])"));
    assertThat(host.verbs().stream().filter("deploy"::equals)).hasSize(1);
  }

  @Test
  void somebodyElsesLockIsExitFourAndTouchesNothing() {
    bench.host("web-2").lockedBySomebody();

    Bench.Finished finished = bench.run("rollout", "blog", "--tag", "v2", "--yes");

    assertThat(finished.exit()).isEqualTo(4);
    assertThat(finished.out()).contains("blog is busy");
    assertThat(bench.hosts())
        .allSatisfy(
            host -> {
              assertThat(host.verbs()).doesNotContain("deploy", "pull");
              assertThat(host.lock()).isNull();
            });
  }

  @Test
  void aHostOutOfReachIsExitFiveAndTouchesNothing() throws Exception {
    bench.server("web-3").close();

    Bench.Finished finished = bench.run("rollout", "blog", "--tag", "v2", "--yes");

    assertThat(finished.exit()).isEqualTo(5);
    assertThat(finished.out()).contains("web-3");
    nothingWasTouched();
  }

  @Test
  void aToleratedHostOutOfReachIsLeftOutAndSaidInTheExitCode() throws Exception {
    bench.server("web-3").close();

    Bench.Finished finished =
        bench.run("rollout", "blog", "--tag", "v2", "--yes", "--max-unreachable", "1");

    assertThat(finished.exit()).isEqualTo(5);
    assertThat(serves("web-1")).isEqualTo("v2");
    assertThat(serves("web-2")).isEqualTo("v2");
    assertThat(serves("web-3")).isEqualTo("v1");
  }

  @Test
  void anUnknownTagIsExitThree() {
    Bench.Finished finished = bench.run("rollout", "blog", "--tag", "v9", "--yes");

    assertThat(finished.exit()).isEqualTo(3);
    nothingWasTouched();
  }

  @Test
  void wrongWordsAreExitTwoAndReachNoHost() {
    assertThat(bench.run("rollout", "blog", "--yes").exit()).isEqualTo(2);
    assertThat(bench.run("rollout", "blog", "--tag", "a;b", "--yes").exit()).isEqualTo(2);
    assertThat(bench.run("rollout", "blgo", "--tag", "v2", "--yes").err())
        .contains("did you mean blog?");
    assertThat(bench.run("rollout", "blog", "--tag", "v2", "--hosts", "web-9").exit()).isEqualTo(2);
    assertThat(bench.runBare("rolout").exit()).isEqualTo(2);
    bench.hosts().forEach(host -> assertThat(host.asked()).isEmpty());
  }

  @Test
  void anEmptySetOfHostsIsExitThree() {
    Bench.Finished finished = bench.run("rollout", "shop", "--tag", "v2", "--yes");

    assertThat(finished.exit()).isEqualTo(3);
    assertThat(finished.err()).contains("no host of shop", "deployctl hosts shop --explain");
  }

  @Test
  void aHostWhoseKeyIsNotKnownIsRefused() {
    bench.write("known_hosts", "");

    Bench.Finished finished = bench.run("status", "blog");

    assertThat(finished.exit()).isEqualTo(5);
    assertThat(finished.out()).contains("not known");
    assertThat(bench.hosts()).allSatisfy(host -> assertThat(host.asked()).isEmpty());
  }

  @Test
  void aHostWhoseKeyChangedIsRefusedAndTheOthersServe() throws Exception {
    String expected = bench.changesHostKey("web-1");

    Bench.Finished finished = bench.run("status", "blog");

    assertThat(finished.exit()).isEqualTo(5);
    assertThat(finished.out())
        .contains("HAS CHANGED", expected, directory.resolve("known_hosts") + ":1", "ssh-keygen");
    assertThat(bench.host("web-1").asked()).isEmpty();
    assertThat(bench.host("web-2").asked()).isNotEmpty();
    assertThat(bench.run("rollout", "blog", "--tag", "v2", "--yes").exit()).isEqualTo(5);
    nothingWasTouched();
  }

  @Test
  void everyLineOfJsonParsesAndTheLastTellsTheEnd() {
    List<JsonNode> lines = bench.run("rollout", "blog", "--tag", "v2", "--json").json();

    assertThat(lines).allSatisfy(line -> assertThat(line.get("v").asInt()).isEqualTo(1));
    assertThat(lines.getLast().get("type").asText()).isEqualTo("rollout.finished");
    assertThat(lines.stream().map(line -> line.get("type").asText()))
        .contains("plan", "host.finished");
  }

  @Test
  void alsoARefusedRolloutEndsInJson() {
    bench.host("web-1").lockedBySomebody();

    Bench.Finished finished = bench.run("rollout", "blog", "--tag", "v2", "--json");

    assertThat(finished.exit()).isEqualTo(4);
    assertThat(finished.json().getLast().get("type").asText()).isEqualTo("rollout.finished");
  }

  @Test
  void asksAPersonAndTakesNoForAnAnswer() {
    bench.personAnswers("n");

    Bench.Finished finished = bench.run("rollout", "blog", "--tag", "v2");

    assertThat(finished.out()).contains("Continue? [y/N]", "Nothing was touched.");
    assertThat(finished.exit()).isEqualTo(3);
    nothingWasTouched();
  }

  @Test
  void asksAPersonAndGoesOnAtYes() {
    bench.personAnswers("y");

    assertThat(bench.run("rollout", "blog", "--tag", "v2").exit()).isZero();
    assertThat(bench.questions()).isEqualTo(1);
    assertThat(serves("web-3")).isEqualTo("v2");
  }

  @Test
  void neverAsksInContinuousIntegrationNorAway() {
    bench.personAnswers("n");
    bench.environment.put("CI", "true");

    assertThat(bench.run("rollout", "blog", "--tag", "v2").exit()).isZero();
    assertThat(bench.run("rollback", "blog", "--yes").exit()).isZero();
    assertThat(bench.questions()).isZero();
  }

  @Test
  void statusTellsWhatRunsWhere() {
    bench.run("rollout", "blog", "--tag", "v2", "--yes", "--hosts", "web-1");

    Bench.Finished finished = bench.run("status", "blog");

    assertThat(finished.exit()).isZero();
    assertThat(finished.out()).contains("web-1", "web-2", "v2", "v1", "2 releases run");
  }
}
