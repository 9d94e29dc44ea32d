package dev.deployctl.cli;

import static dev.deployctl.cli.OneOffEvents.RUN;
import static dev.deployctl.cli.OneOffEvents.finished;
import static dev.deployctl.cli.OneOffEvents.line;
import static dev.deployctl.cli.OneOffEvents.started;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One-off commands of other images, attach and console, as they are typed. */
final class OneOffCliTest {
  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;

  @BeforeEach
  void twoHosts() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2");
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
}
