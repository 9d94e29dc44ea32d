package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands around the main job, from the words typed to what the hosts saw. */
final class CommandsCliTest {
  @TempDir private Path directory;
  private Bench bench;

  @BeforeEach
  void twoHosts() throws Exception {
    bench = new Bench(directory, "web-1", "web-2");
  }

  @AfterEach
  void close() throws Exception {
    bench.close();
  }

  private static ObjectNode event(String type) {
    return Transcripts.object().put("v", 1).put("seq", 1).put("type", type);
  }

  private static ObjectNode line(String ts, String text) {
    return event("log.line").put("ts", ts).put("instance", 1).put("line", text);
  }

  private static List<ObjectNode> stopped(String outcome, int exit) {
    ObjectNode first = event("deploy.started").put("verb", "stop").put("app", "blog");
    ObjectNode last =
        event("deploy.finished")
            .put("seq", 2)
            .put("verb", "stop")
            .put("outcome", outcome)
            .put("exit", exit);
    return List.of(first, last);
  }

  @Test
  void historyIsOneLineARolloutOverAllHosts() {
    for (FakeHost host : bench.hosts()) {
      host.answers(
          "history",
          0,
          List.of(
              event("history.entry")
                  .put("ts", "2026-11-23T03:04:05.000Z")
                  .put("app", "blog")
                  .put("by", "alice")
                  .put("verb", "deploy")
                  .put("rollout", "r-7k2m")
                  .put("tag", "v2")
                  .put("outcome", "succeeded")
                  .put("ms", 9120),
              event("history.finished").put("seq", 2).put("entries", 1)));
    }

    Bench.Finished finished = bench.run("history", "blog", "--limit", "5");

    assertThat(finished.exit()).as(finished.err()).isZero();
    assertThat(finished.out().lines().filter(text -> text.contains("r-7k2m"))).hasSize(1);
    assertThat(finished.out()).contains("succeeded on 2 hosts");
    assertThat(bench.host("web-1").asked()).containsExactly("history blog --limit=5");
    assertThat(bench.run("history", "blog", "--json").json()).hasSize(2);
  }

  @Test
  void historyNamesTheHostThatDidNotAnswer() throws Exception {
    bench.host("web-1").answers("history", 0, List.of(event("history.finished")));
    bench.server("web-2").close();

    Bench.Finished finished = bench.run("history", "blog");

    assertThat(finished.exit()).isEqualTo(5);
    assertThat(finished.out()).contains("web-2", "not in this list");
  }

  @Test
  void logsAreMergedInTheOrderOfTimeWithTheirHosts() {
    bench
        .host("web-1")
        .answers(
            "logs",
            0,
            List.of(line("2026-11-23T03:00:01Z", "a"), line("2026-11-23T03:00:03Z", "c")));
    bench
        .host("web-2")
        .answers("logs", 0, List.of(line("2026-11-23T03:00:02Z", "b \u001b[31mred")));

    Bench.Finished finished = bench.run("logs", "blog", "--tail", "7", "--since", "10m");

    assertThat(finished.exit()).isZero();
    assertThat(finished.out().lines()).containsExactly("web-1  a", "web-2  b red", "web-1  c");
    assertThat(bench.host("web-2").asked()).containsExactly("logs blog --tail=7 --since=600");
  }

  @Test
  void followedLogsEndWhenEveryHostHasEnded() {
    bench.host("web-1").answers("logs", 0, List.of(line("2026-11-23T03:00:01Z", "a")));
    bench.host("web-2").answers("logs", 0, List.of(line("2026-11-23T03:00:02Z", "b")));

    Bench.Finished finished = bench.run("logs", "blog", "--follow");

    assertThat(finished.exit()).isZero();
    assertThat(finished.out().lines()).containsExactlyInAnyOrder("web-1  a", "web-2  b");
    assertThat(bench.host("web-1").asked()).containsExactly("logs blog --follow");
  }

  @Test
  void aCommandRunsOnTheFirstHostAndItsExitCodeIsPassedOn() {
    bench
        .host("web-1")
        .answers("run", 73, List.of(line("t", "migrated"), event("run.finished").put("exit", 7)));

    Bench.Finished finished = bench.run("run", "blog", "--", "bin/rails", "db:migrate", "--step=1");

    assertThat(finished.exit()).isEqualTo(7);
    assertThat(finished.out()).contains("migrated");
    assertThat(bench.host("web-1").asked())
        .containsExactly("run blog -- bin/rails db:migrate --step=1");
    assertThat(bench.host("web-2").asked()).isEmpty();
  }

  @Test
  void onEachHostACommandStopsAtTheFirstThatFails() {
    bench.host("web-1").answers("run", 73, List.of(event("run.finished").put("exit", 3)));

    assertThat(bench.run("run", "blog", "--each", "--", "true").exit()).isEqualTo(3);
    assertThat(bench.host("web-2").asked()).isEmpty();
  }

  @Test
  void wordsThatAHostWouldRefuseAreRefusedHere() {
    assertThat(bench.run("run", "blog", "--", "a b").exit()).isEqualTo(2);
    assertThat(bench.host("web-1").asked()).isEmpty();
  }

  @Test
  void maintenanceGoesToAllHosts() {
    bench.hosts().forEach(host -> host.answers("maintenance", 0, stopped("succeeded", 0)));

    Bench.Finished finished = bench.run("maintenance", "blog", "on", "--yes");

    assertThat(finished.exit()).isZero();
    assertThat(bench.host("web-2").verbs()).containsExactly("lock", "maintenance", "unlock");
    assertThat(bench.host("web-2").asked().get(1))
        .startsWith("maintenance blog --rollout=r-")
        .endsWith(" --on");
    assertThat(bench.run("maintenance", "blog", "of").exit()).isEqualTo(2);
  }

  @Test
  void stopAsksAPersonAndGoesToAllHostsUnderTheLock() {
    bench.hosts().forEach(host -> host.answers("stop", 0, stopped("succeeded", 0)));
    bench.personAnswers("n");
    assertThat(bench.run("stop", "blog").exit()).isEqualTo(3);
    assertThat(bench.host("web-1").asked()).isEmpty();

    bench.personAnswers("y");
    Bench.Finished finished = bench.run("stop", "blog");

    assertThat(finished.exit()).as(finished.out()).isZero();
    assertThat(finished.out()).contains("Stop blog: web-1, web-2");
    assertThat(bench.host("web-2").verbs()).containsExactly("lock", "stop", "unlock");
  }

  @Test
  void aHostThatRefusesToStopIsNamed() {
    bench.host("web-1").answers("stop", 0, stopped("succeeded", 0));
    bench.host("web-2").answers("stop", 69, stopped("failed", 69));

    Bench.Finished finished = bench.run("stop", "blog", "--yes");

    assertThat(finished.exit()).isEqualTo(1);
    assertThat(finished.out()).contains("web-1  stopped", "✗ web-2");
  }

  @Test
  void aLockIsHadOnAllHostsAndServesItsHoldersRollouts() {
    Bench.Finished locked = bench.run("lock", "blog", "--reason", "migration", "--expires", "2h");
    String id = bench.host("web-1").lock();

    assertThat(locked.exit()).as(locked.err()).isZero();
    assertThat(locked.out()).contains("locked on 2 hosts", "--lock " + id);
    assertThat(bench.host("web-2").lock()).isEqualTo(id);
    assertThat(bench.host("web-1").asked().getFirst())
        .contains("--reason=migration (alice@", "--expires=7200");

    assertThat(bench.run("rollout", "blog", "--tag", "v2", "--yes").exit()).isEqualTo(4);
    assertThat(bench.run("rollout", "blog", "--tag", "v2", "--yes", "--lock", "" + id).exit())
        .isZero();
    assertThat(bench.host("web-1").lock()).as("still held").isEqualTo(id);
    assertThat(bench.host("web-1").asked())
        .anyMatch(call -> call.startsWith("deploy ") && call.contains("--lock=" + id));

    assertThat(bench.run("unlock", "blog", "--lock", "" + id).exit()).isZero();
    assertThat(bench.hosts()).allSatisfy(host -> assertThat(host.lock()).isNull());
  }

  @Test
  void aLockThatOneHostRefusesIsHeldNowhere() {
    bench.host("web-2").lockedBySomebody();

    Bench.Finished finished = bench.run("lock", "blog");

    assertThat(finished.exit()).isEqualTo(4);
    assertThat(finished.out()).contains("blog is busy", "no host holds it for you");
    assertThat(bench.host("web-1").lock()).isNull();
  }

  @Test
  void aLockIsNotHadWhereAHostIsOutOfReach() throws Exception {
    bench.server("web-2").close();

    assertThat(bench.run("lock", "blog").exit()).isEqualTo(5);
    assertThat(bench.host("web-1").lock()).isNull();
  }

  @Test
  void unlockByForceNeedsNoId() {
    bench.run("lock", "blog");

    assertThat(bench.run("unlock", "blog", "--force").exit()).isZero();
    assertThat(bench.host("web-1").asked()).contains("unlock blog --force");
  }

  @Test
  void configTellsWhereEachValueCameFrom() {
    Bench.Finished finished = bench.run("config", "blog");

    assertThat(finished.exit()).isZero();
    assertThat(finished.out())
        .containsPattern("rollout.batch-size +2 +.*deployctl.yml:3")
        .containsPattern("rollout.max-failures +\\S+ +default")
        .doesNotContain("apps.shop");
    assertThat(bench.run("config", "--json").json()).isNotEmpty();
  }

  @Test
  void sshConfigTellsWhatHoldsForAHostAndJudgesItsKey() {
    String file = "-F" + directory.resolve("ssh_config");

    assertThat(bench.runBare("ssh-config", file, "web-1").out())
        .contains("hostname 127.0.0.1\n", "user deploy\n");
    assertThat(bench.runBare("ssh-config", file, "-l", "bob", "-p", "99", "web-1").out())
        .contains("user bob\n", "port 99\n");
    Bench.Finished known = bench.runBare("ssh-config", file, "--check-host-key", "web-1");
    assertThat(known.exit()).as(known.out()).isZero();

    bench.write("known_hosts", "");
    Bench.Finished unknown = bench.runBare("ssh-config", file, "--check-host-key", "web-1");
    assertThat(unknown.exit()).isEqualTo(1);
    assertThat(unknown.out()).contains("not trusted");
  }

  @Test
  void initWritesAFileThatCanBeReadAndNeverOverwrites() throws Exception {
    Path file = Files.createDirectory(directory.resolve("My Shop")).resolve("deployctl.yml");

    assertThat(bench.runBare("init", "--yes", "--config", file.toString()).exit()).isZero();
    assertThat(Files.readString(file)).contains("my-shop:", "batch-size: 25%", "# ");
    assertThat(bench.runBare("hosts", "my-shop", "--config", file.toString()).out())
        .contains("web-1.example.com");

    Bench.Finished again = bench.runBare("init", "--yes", "--config", file.toString());
    assertThat(again.exit()).isEqualTo(2);
    assertThat(again.err()).contains("is there already; nothing was written");
  }

  @Test
  void initForEc2AsksWhatItMust() throws Exception {
    Path file = directory.resolve("ec2.yml");

    Bench.Finished finished =
        bench.runBare(
            "init",
            "--app",
            "blog",
            "--inventory",
            "ec2",
            "--region",
            "eu-west-1",
            "-c",
            "" + file);

    assertThat(finished.exit()).as(finished.err()).isZero();
    assertThat(bench.runBare("config", "-c", file.toString()).out()).contains("eu-west-1");
    assertThat(Files.exists(directory.resolve("ec2-hosts.yml"))).isFalse();
  }

  @Test
  void doctorFindsNothingWhereAllIsWell() {
    Bench.Finished finished = bench.run("doctor", "blog");

    assertThat(finished.exit()).as(finished.out()).isZero();
    assertThat(finished.out()).contains("config", "keys", "known_hosts", "web-2", "All is ready.");
    assertThat(bench.host("web-1").asked()).containsExactly("preflight blog");
  }

  @Test
  void doctorTellsWhatAHostsPreflightFound() {
    bench
        .host("web-1")
        .answers(
            "preflight",
            69,
            List.of(
                event("check")
                    .put("name", "docker")
                    .put("ok", false)
                    .put("message", "Docker does not answer")
                    .put("hint", "systemctl start docker"),
                event("preflight.finished").put("ok", false).put("exit", 69)));

    Bench.Finished finished = bench.run("doctor", "blog");

    assertThat(finished.exit()).isEqualTo(1);
    assertThat(finished.out())
        .contains("web-1  docker: Docker does not answer", "systemctl start docker");
  }

  @Test
  void quietLeavesTheResult() {
    Bench.Finished finished = bench.run("rollout", "blog", "--tag", "v2", "--yes", "--quiet");

    assertThat(finished.exit()).isZero();
    assertThat(finished.out())
        .contains("updated")
        .doesNotContain("preflight", "batch 1", "batches", "v1 (");
    Bench.Finished back = bench.run("rollback", "blog", "--yes", "--quiet");
    assertThat(back.out()).contains("2 taken back").doesNotContain("batches");
  }

  @Test
  void quietStillShowsThePlanThatAPersonIsToAgreeTo() {
    assertThat(bench.run("plan", "blog", "--tag", "v2", "--quiet").out()).contains("batches");
    bench.personAnswers("n");

    Bench.Finished finished = bench.run("rollout", "blog", "--tag", "v2", "--quiet");

    assertThat(finished.exit()).isEqualTo(3);
    assertThat(finished.out()).contains("batches", "Continue?", "Nothing was touched");
  }

  @Test
  void theSchemaIsPrintedWhereThereIsNoConfiguration() {
    Bench.Finished finished = bench.runBare("config", "--schema", "-c", "/nonexistent");

    assertThat(finished.exit()).as(finished.err()).isZero();
    assertThat(finished.out()).isEqualTo(dev.deployctl.config.ConfigSchema.json());
  }

  @Test
  void noInputNeverAsks() {
    bench.personAnswers("n");

    assertThat(bench.run("rollout", "blog", "--tag", "v2", "--no-input").exit()).isZero();
    assertThat(bench.questions()).isZero();
  }
}
