package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Release commands, one-off commands of other images, attach and schedules, as they are typed. */
final class OneOffCliTest {
  private static final String RUN = "5f0c1d2e3a4b";

  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;

  @BeforeEach
  void twoHosts() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2");
  }

  private static ObjectNode event(String type) {
    return Transcripts.object().put("v", 1).put("type", type);
  }

  private static ObjectNode started(String kind) {
    ObjectNode started =
        event("run.started").put("run", RUN).put("kind", kind).put("container", "f1a0048e7940");
    started.putArray("words").add("bin/rails").add("db:migrate");
    return started;
  }

  private static ObjectNode line(String text) {
    return event("log.line")
        .put("ts", "2026-11-23T03:00:01.000Z")
        .put("instance", 0)
        .put("line", text);
  }

  private static ObjectNode finished(int exit) {
    return event("run.finished").put("run", RUN).put("exit", exit).put("ms", 1500);
  }

  private void defineReleaseCommand() {
    for (FakeHost host : fixture.hosts()) {
      ObjectNode command = Transcripts.object().put("last_ms", 12_000);
      command.putArray("command").add("bin/rails").add("db:migrate");
      host.releaseCommand = command;
    }
  }

  private void runs(String host) {
    List<ObjectNode> events = Transcripts.of("status");
    ObjectNode run =
        Transcripts.object()
            .put("run", RUN)
            .put("kind", "release")
            .put("rollout", "r-7k2m")
            .put("by", "bob");
    run.put("since", "2026-11-23T03:00:00.000Z").put("container", "f1a0048e7940");
    run.putArray("words").add("bin/rails").add("db:migrate");
    events.getFirst().putArray("runs").add(run);
    fixture.host(host).answers("status", 0, events);
  }

  @Test
  void planNamesTheReleaseCommandItsHostAndHowLongItTook() {
    defineReleaseCommand();

    CliFixture.Finished finished = fixture.run("plan", "blog", "--tag", "v2");

    assertThat(finished.exit()).as(finished.err()).isZero();
    assertThat(finished.out().replaceAll("\\s+", " "))
        .contains(
            "release runs bin/rails db:migrate once on web-1, before the first batch; took 12 s the"
                + " last time");
    JsonNode json = fixture.run("plan", "blog", "--tag", "v2", "--json").json().getLast();
    assertThat(json.at("/plan/release_command/host/name").asText()).isEqualTo("web-1");
    assertThat(json.at("/plan/release_command/last_ms").asInt()).isEqualTo(12_000);
  }

  @Test
  void rolloutRunsTheReleaseCommandFirstAndShowsItsOutput() {
    defineReleaseCommand();
    fixture
        .host("web-1")
        .answers("release", 0, List.of(started("release"), line("migrated"), finished(0)));

    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v2", "--yes");

    assertThat(finished.exit()).as(finished.out() + finished.err()).isZero();
    assertThat(fixture.host("web-1").verbs())
        .containsSubsequence("preflight", "lock", "pull", "release", "deploy", "unlock");
    assertThat(fixture.host("web-2").verbs()).contains("deploy").doesNotContain("release");
    assertThat(fixture.host("web-1").asked())
        .filteredOn(call -> call.startsWith("release "))
        .singleElement()
        .asString()
        .matches(
            "release blog --digest="
                + Transcripts.V2
                + " --from-tag=v2 --rollout=r-\\w+ --lock=l-\\w+");
    assertThat(finished.out()).contains("web-1  | migrated");
  }

  @Test
  void failedReleaseCommandLeavesEveryHostAsItIs() {
    defineReleaseCommand();
    fixture
        .host("web-1")
        .answers("release", 73, List.of(started("release"), line("no such table"), finished(1)));

    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v2", "--yes");

    assertThat(finished.exit()).isEqualTo(1);
    for (FakeHost host : fixture.hosts()) {
      assertThat(host.verbs()).doesNotContain("deploy");
      assertThat(host.lock()).isNull();
    }
    assertThat(finished.out().replaceAll("\\s+", " "))
        .contains(
            "release: the release command bin/rails db:migrate failed",
            "exit 1; no host was changed",
            "| no such table",
            "next deployctl history blog --hosts web-1",
            "the release command failed, no host was changed, ended after",
            "to go on deployctl rollout blog --tag v2 (runs the release command again)");
    JsonNode last =
        fixture.run("rollout", "blog", "--tag", "v2", "--yes", "--json").json().getLast();
    assertThat(last.path("ending").asText()).isEqualTo("release-command-failed");
    assertThat(last.at("/release_command/exit").asInt()).isEqualTo(1);
    assertThat(last.at("/release_command/run").asText()).isEqualTo(RUN);
  }

  @Test
  void releaseCommandThatTheConnectionWasLostOfIsAskedForAgain() {
    defineReleaseCommand();
    List<ObjectNode> events =
        new ArrayList<>(List.of(started("release"), line("one"), line("two"), finished(0)));
    FakeHost host = fixture.host("web-1");
    host.answers("release", 0, events);
    host.dropsAfter = 2;
    host.hears =
        verb -> {
          if (verb.equals("release")
              && host.verbs().stream().filter("release"::equals).count() > 1) {
            host.dropsAfter = 0;
          }
        };

    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v2", "--yes");

    assertThat(finished.exit()).as(finished.out() + finished.err()).isZero();
    assertThat(host.asked().stream().filter(call -> call.startsWith("release ")).distinct())
        .hasSize(1);
    assertThat(finished.out().lines().filter(text -> text.endsWith("| one"))).hasSize(1);
    assertThat(finished.out().lines().filter(text -> text.endsWith("| two"))).hasSize(1);
  }

  @Test
  void rollbackSaysThatItRunsNoReleaseCommand() {
    defineReleaseCommand();
    fixture.host("web-1").answers("release", 0, List.of(started("release"), finished(0)));
    assertThat(fixture.run("rollout", "blog", "--tag", "v2", "--yes").exit()).isZero();

    CliFixture.Finished finished = fixture.run("rollback", "blog", "--dry-run");

    assertThat(finished.out().replaceAll("\\s+", " "))
        .contains("a rollback does not run the release command (bin/rails db:migrate)");
  }

  @Test
  void commandRunsFromAnotherImage() {
    fixture.host("web-1").answers("run", 0, List.of(started("run"), finished(0)));

    assertThat(fixture.run("run", "blog", "--tag", "v2", "--", "bin/check", "-x").exit()).isZero();
    assertThat(fixture.run("run", "blog", "--digest", Transcripts.V2, "--", "true").exit())
        .isZero();

    assertThat(fixture.host("web-1").asked())
        .containsExactly(
            "run blog --tag=v2 -- bin/check -x",
            "run blog --digest=" + Transcripts.V2 + " -- true");
    assertThat(
            fixture.run("run", "blog", "--tag", "v2", "--digest", Transcripts.V2, "--", "x").exit())
        .isEqualTo(2);
  }

  @Test
  void lostConnectionTellsHowToAttach() {
    fixture.host("web-1").answers("run", 0, List.of(started("run"), line("one"), finished(0)));
    fixture.host("web-1").dropsAfter = 2;

    CliFixture.Finished finished = fixture.run("run", "blog", "--", "bin/migrate");

    assertThat(finished.exit()).isEqualTo(5);
    assertThat(finished.err().replaceAll("\\s+", " "))
        .contains("deployctl attach blog --hosts web-1 --run " + RUN + " follows it");
  }

  @Test
  void attachFollowsTheOnlyCommandThatRuns() {
    runs("web-2");
    fixture
        .host("web-2")
        .answers("attach", 73, List.of(started("release"), line("working"), finished(4)));

    CliFixture.Finished finished = fixture.run("attach", "blog");

    assertThat(finished.exit()).as(finished.err()).isEqualTo(4);
    assertThat(finished.out()).contains("web-2  working");
    assertThat(finished.err()).contains("bin/rails db:migrate on web-2, run " + RUN);
    assertThat(fixture.host("web-2").asked()).contains("attach blog --run=" + RUN);
    assertThat(fixture.host("web-1").verbs()).containsExactly("status");
  }

  @Test
  void attachWithoutACommandThatRunsSaysSo() {
    CliFixture.Finished finished = fixture.run("attach", "blog");
    assertThat(finished.exit()).isEqualTo(3);
    assertThat(finished.err()).contains("no one-off command of blog runs on these hosts");
  }

  @Test
  void consoleIsNotAttachedTo() {
    List<ObjectNode> events = Transcripts.of("status");
    events.getFirst().putArray("runs").addObject().put("run", RUN).put("kind", "console");
    fixture.host("web-1").answers("status", 0, events);
    assertThat(fixture.run("attach", "blog").exit()).isEqualTo(3);
  }

  @Test
  void consoleWithoutATerminalIsRefusedBeforeTheHostIsAsked() {
    CliFixture.Finished finished = fixture.run("console", "blog", "--reason", "case 4711");
    assertThat(finished.exit()).isEqualTo(2);
    assertThat(finished.err()).contains("a console needs a terminal");
    assertThat(fixture.host("web-1").asked()).isEmpty();
    assertThat(fixture.run("console", "blog", "--reason", "a\nb").exit()).isEqualTo(2);
  }

  @Test
  void attachAmongSeveralAsksForAName() {
    runs("web-1");
    runs("web-2");
    CliFixture.Finished finished = fixture.run("attach", "blog");
    assertThat(finished.exit()).isEqualTo(2);
    assertThat(finished.err()).contains("2 one-off commands of blog run", "web-1", "web-2");
    fixture.host("web-2").answers("attach", 0, List.of(started("release"), finished(0)));
    assertThat(fixture.run("attach", "blog", "--hosts", "web-2").exit()).isZero();
  }

  @Test
  void attachTellsTheEndOfACommandThatHasEnded() {
    fixture.host("web-1").answers("attach", 73, List.of(started("run"), line("boom"), finished(2)));
    CliFixture.Finished finished = fixture.run("attach", "blog", "--hosts", "web-1", "--run", RUN);
    assertThat(finished.exit()).isEqualTo(2);
    assertThat(finished.out()).contains("boom");
    assertThat(fixture.run("attach", "blog", "--run", "../x").exit()).isEqualTo(2);
  }

  @Test
  void statusShowsProcessesAndWorkersThatFinish() {
    List<ObjectNode> events = Transcripts.of("status");
    ObjectNode status = events.getFirst();
    status
        .putArray("processes")
        .addObject()
        .put("process", "worker")
        .put("running", 1)
        .put("wanted", 2);
    status
        .putArray("retiring")
        .addObject()
        .put("process", "worker")
        .put("instance", 2)
        .put("release", "20261130-041930-4d47c6")
        .put("since", "2026-11-23T03:00:00.000Z")
        .put("until", "2026-11-23T03:10:00.000Z");
    fixture.host("web-1").answers("status", 0, events);

    CliFixture.Finished finished = fixture.run("status", "blog", "--hosts", "web-1");

    assertThat(finished.out()).containsPattern("(?m)^  worker +1/2$");
    assertThat(finished.out().replaceAll("\\s+", " "))
        .contains(
            "worker 2 of release 20261130-041930-4d47c6 finishes what it has in hand, since"
                + " 2026-11-23 03:00:00, until 2026-11-23 03:10:00");
  }

  @Test
  void logsOfOneProcess() {
    fixture.host("web-1").answers("logs", 0, List.of(line("a").put("process", "worker")));
    CliFixture.Finished finished =
        fixture.run("logs", "blog", "--hosts", "web-1", "--process", "worker");
    assertThat(finished.exit()).isZero();
    assertThat(finished.out()).contains("web-1  worker 0  a");
    assertThat(fixture.host("web-1").asked()).containsExactly("logs blog --process=worker");
    assertThat(fixture.run("logs", "blog", "--process", "Worker;id").exit()).isEqualTo(2);
  }

  @Test
  void schedulesTellNextAndLastRunOfEachHost() {
    ObjectNode schedule =
        event("schedule")
            .put("app", "blog")
            .put("schedule", "nightly")
            .put("at", "*-*-* 03:00:00")
            .put("on", "one")
            .put("here", true)
            .put("next", "2026-11-24T03:00:00.000Z");
    schedule.putArray("command").add("bin/report");
    ObjectNode last =
        schedule.putObject("last").put("ts", "2026-11-23T03:00:00.000Z").put("outcome", "failed");
    last.put("exit", 3).put("ms", 61_000).put("run", RUN);
    schedule
        .putArray("skipped")
        .addObject()
        .put("slot", "2026-11-22T03:00:00.000Z")
        .put("reason", "overlap");
    for (FakeHost host : fixture.hosts()) {
      host.answers(
          "schedules", 0, List.of(schedule, event("schedules.finished").put("schedules", 1)));
    }

    CliFixture.Finished finished = fixture.run("schedules", "blog");

    assertThat(finished.exit()).as(finished.err()).isZero();
    assertThat(finished.out())
        .containsPattern(
            "web-2 +nightly +2026-11-24 03:00:00 +2026-11-23 03:00:00 +failed \\(exit 3\\)");
    assertThat(finished.out().replaceAll("\\s+", " "))
        .contains("web-1 nightly skipped at 2026-11-22 03:00:00: overlap");
    assertThat(
            fixture
                .run("schedules", "blog", "--json")
                .json()
                .getFirst()
                .at("/schedules/0/last/exit")
                .asInt())
        .isEqualTo(3);
  }

  @Test
  void hostThatIsTooOldForSchedulesIsNamed() {
    CliFixture.Finished finished = fixture.run("schedules", "blog");
    assertThat(finished.exit()).isEqualTo(1);
    assertThat(finished.out()).contains("web-1", "web-2");
  }
}
