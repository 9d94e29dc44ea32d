package dev.deployctl.cli;

import static dev.deployctl.cli.OneOffEvents.RUN;
import static dev.deployctl.cli.OneOffEvents.finished;
import static dev.deployctl.cli.OneOffEvents.line;
import static dev.deployctl.cli.OneOffEvents.started;
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

/** Release commands of rollouts and rollbacks, as they are typed. */
final class ReleaseCommandCliTest {
  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;

  @BeforeEach
  void twoHosts() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2");
  }

  private void defineReleaseCommand() {
    for (FakeHost host : fixture.hosts()) {
      ObjectNode command = Transcripts.object().put("last_ms", 12_000);
      command.putArray("command").add("bin/rails").add("db:migrate");
      host.releaseCommand = command;
    }
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
}
