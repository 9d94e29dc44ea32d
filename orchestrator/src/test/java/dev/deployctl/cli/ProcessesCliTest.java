package dev.deployctl.cli;

import static dev.deployctl.cli.OneOffEvents.RUN;
import static dev.deployctl.cli.OneOffEvents.event;
import static dev.deployctl.cli.OneOffEvents.line;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes and schedules of an app, as they are asked for. */
final class ProcessesCliTest {
  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;

  @BeforeEach
  void twoHosts() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2");
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
