package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** history, logs and run, from the command line to the calls of the hosts. */
final class LogsHistoryRunCliTest {
  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;

  @BeforeEach
  void twoHosts() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2");
  }

  private static ObjectNode event(String type) {
    return Transcripts.object().put("v", 1).put("seq", 1).put("type", type);
  }

  private static ObjectNode line(String ts, String text) {
    return event("log.line").put("ts", ts).put("instance", 1).put("line", text);
  }

  @Test
  void historyIsOneLineARolloutOverAllHosts() {
    for (FakeHost host : fixture.hosts()) {
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

    CliFixture.Finished finished = fixture.run("history", "blog", "--limit", "5");

    assertThat(finished.exit()).as(finished.err()).isZero();
    assertThat(finished.out().lines().filter(text -> text.contains("r-7k2m"))).hasSize(1);
    assertThat(finished.out()).contains("succeeded on 2 hosts");
    assertThat(fixture.host("web-1").asked()).containsExactly("history blog --limit=5");
    assertThat(fixture.run("history", "blog", "--json").json()).hasSize(2);
  }

  @Test
  void historyNamesTheHostThatDidNotAnswer() throws Exception {
    fixture.host("web-1").answers("history", 0, List.of(event("history.finished")));
    fixture.server("web-2").close();

    CliFixture.Finished finished = fixture.run("history", "blog");

    assertThat(finished.exit()).isEqualTo(5);
    assertThat(finished.out()).contains("web-2", "not in this list");
  }

  @Test
  void logsAreMergedInTheOrderOfTimeWithTheirHosts() {
    fixture
        .host("web-1")
        .answers(
            "logs",
            0,
            List.of(line("2026-11-23T03:00:01Z", "a"), line("2026-11-23T03:00:03Z", "c")));
    fixture
        .host("web-2")
        .answers("logs", 0, List.of(line("2026-11-23T03:00:02Z", "b \u001b[31mred")));

    CliFixture.Finished finished = fixture.run("logs", "blog", "--tail", "7", "--since", "10m");

    assertThat(finished.exit()).isZero();
    assertThat(finished.out().lines()).containsExactly("web-1  a", "web-2  b red", "web-1  c");
    assertThat(fixture.host("web-2").asked()).containsExactly("logs blog --tail=7 --since=600");
  }

  @Test
  void linesWithATextAreChosenOnTheHosts() {
    fixture
        .host("web-1")
        .answers("logs", 0, List.of(line("2026-11-23T03:00:01Z", "no route to db")));
    fixture.host("web-2").answers("logs", 0, List.of(event("logs.finished")));

    CliFixture.Finished finished =
        fixture.run("logs", "blog", "--grep", "no \"route' `$(x)` é", "--ignore-case");

    assertThat(finished.exit()).as(finished.err()).isZero();
    assertThat(finished.out()).isEqualTo("web-1  no route to db\n");
    assertThat(fixture.host("web-2").asked())
        .containsExactly(
            "logs blog --grep=no%20%22route%27%20%60%24%28x%29%60%20%C3%A9 --ignore-case");
  }

  @Test
  void thatNoLineHasTheTextIsSaidWithTheHostsThatWereSearched() throws Exception {
    fixture.host("web-1").answers("logs", 0, List.of(event("logs.finished")));
    fixture.server("web-2").close();

    CliFixture.Finished finished = fixture.run("logs", "blog", "--grep", "oops");

    assertThat(finished.exit()).isEqualTo(5);
    assertThat(finished.err())
        .contains("no line with \"oops\" on 1 of 2 hosts")
        .containsPattern("web-2 .*refused");
    assertThat(fixture.run("logs", "blog", "--ignore-case").exit()).isEqualTo(2);
    assertThat(fixture.run("logs", "blog", "--grep", "").exit()).isEqualTo(2);
  }

  @Test
  void followedLogsEndWhenEveryHostHasEnded() {
    fixture.host("web-1").answers("logs", 0, List.of(line("2026-11-23T03:00:01Z", "a")));
    fixture.host("web-2").answers("logs", 0, List.of(line("2026-11-23T03:00:02Z", "b")));

    CliFixture.Finished finished = fixture.run("logs", "blog", "--follow");

    assertThat(finished.exit()).isZero();
    assertThat(finished.out().lines()).containsExactlyInAnyOrder("web-1  a", "web-2  b");
    assertThat(fixture.host("web-1").asked()).containsExactly("logs blog --follow");
  }

  @Test
  void aCommandRunsOnTheFirstHostAndItsExitCodeIsPassedOn() {
    fixture
        .host("web-1")
        .answers("run", 73, List.of(line("t", "migrated"), event("run.finished").put("exit", 7)));

    CliFixture.Finished finished =
        fixture.run("run", "blog", "--", "bin/rails", "db:migrate", "--step=1");

    assertThat(finished.exit()).isEqualTo(7);
    assertThat(finished.out()).contains("migrated");
    assertThat(fixture.host("web-1").asked())
        .containsExactly("run blog -- bin/rails db:migrate --step=1");
    assertThat(fixture.host("web-2").asked()).isEmpty();
  }

  @Test
  void anotherCommandThatRunsIsTold() {
    fixture
        .host("web-1")
        .answers(
            "run",
            0,
            List.of(
                event("warning").put("code", "run").put("message", "another command runs: x"),
                event("run.finished").put("exit", 0)));

    CliFixture.Finished finished = fixture.run("run", "blog", "--", "true");

    assertThat(finished.exit()).isZero();
    assertThat(finished.err()).contains("another command runs: x");
  }

  @Test
  void lostConnectionSaysThatTheCommandGoesOnAndHowToLook() {
    String container = Transcripts.of("run").getFirst().path("container").asText();
    fixture.host("web-2").answers("run", 0, Transcripts.of("run"));
    fixture.host("web-2").dropsAfter = 2;

    CliFixture.Finished finished =
        fixture.run(
            "run", "blog", "--environment=staging", "--hosts=web-2", "--", "migrate", "0.5");

    assertThat(finished.exit()).as(finished.err()).isEqualTo(5);
    assertThat(finished.err().replaceAll("\\s+", " "))
        .contains(
            "the command continues in container " + container + " on the host",
            "deployctl attach blog --environment staging --hosts web-2 --run "
                + Transcripts.of("run").getFirst().path("run").asText()
                + " follows it",
            "deployctl history blog --environment staging --hosts web-2 tells its exit code");
    assertThat(fixture.host("web-2").verbs()).containsExactly("run");
  }

  @Test
  void statusTellsOfACommandThatRuns() {
    List<ObjectNode> events = Transcripts.of("status");
    events
        .getFirst()
        .putArray("runs")
        .addObject()
        .put("by", "bob")
        .put("since", "2026-11-23T03:00:00.000Z")
        .put("container", "3f2a9c1b7d04")
        .putArray("words")
        .add("bin/rails")
        .add("db:migrate");
    fixture.host("web-1").answers("status", 0, events);

    CliFixture.Finished finished = fixture.run("status", "blog", "--hosts", "web-1");

    assertThat(finished.out().replaceAll("\\s+", " "))
        .contains(
            "a command runs: bin/rails db:migrate, since 2026-11-23 03:00:00 by bob, in container"
                + " 3f2a9c1b7d04");
  }

  @Test
  void historyTellsHowACommandEndedAndWhatItPrintedLast() {
    ObjectNode entry =
        event("history.entry")
            .put("ts", "2026-11-23T03:04:05.000Z")
            .put("app", "blog")
            .put("by", "alice")
            .put("verb", "run")
            .put("outcome", "failed")
            .put("ms", 9120)
            .put("error", "exit 3");
    ObjectNode run = entry.putObject("run").put("container", "3f2a9c1b7d04").put("exit", 3);
    run.putArray("words").add("bin/migrate");
    run.putArray("lines").add("no such table");
    fixture
        .host("web-1")
        .answers("history", 0, List.of(entry, event("history.finished").put("entries", 1)));

    CliFixture.Finished finished = fixture.run("history", "blog", "--hosts", "web-1");

    assertThat(finished.exit()).as(finished.err()).isZero();
    assertThat(finished.out())
        .contains(
            "alice",
            "9.1",
            "run bin/migrate",
            "exit 3, in container 3f2a9c1b7d04",
            "| no such table");
  }

  @Test
  void onEachHostACommandStopsAtTheFirstThatFails() {
    fixture.host("web-1").answers("run", 73, List.of(event("run.finished").put("exit", 3)));

    assertThat(fixture.run("run", "blog", "--each", "--", "true").exit()).isEqualTo(3);
    assertThat(fixture.host("web-2").asked()).isEmpty();
  }

  @Test
  void wordsThatAHostWouldRefuseAreRefusedHere() {
    assertThat(fixture.run("run", "blog", "--", "a b").exit()).isEqualTo(2);
    assertThat(fixture.host("web-1").asked()).isEmpty();
  }
}
