package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A host whose output is empty or incomplete has not answered, even with exit code 0. */
final class SilentHostCliTest {
  private static final List<String> VERBS =
      List.of(
          "preflight",
          "pull",
          "deploy",
          "rollback",
          "restart",
          "stop",
          "start",
          "status",
          "history",
          "logs",
          "traffic",
          "run",
          "maintenance",
          "lock",
          "unlock",
          "attach",
          "version");

  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;

  @BeforeEach
  void threeHosts() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2", "web-3");
  }

  private void silence(String host) {
    VERBS.forEach(verb -> fixture.host(host).answers(verb, 0, List.of()));
  }

  private static ObjectNode event(String type) {
    return Transcripts.object().put("v", 1).put("seq", 1).put("type", type);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status blog",
        "history blog",
        "logs blog",
        "logs blog --follow",
        "lock blog",
        "unlock blog --lock l-mine",
        "unlock blog --force",
        "stop blog --yes",
        "start blog --yes",
        "maintenance blog on --yes",
        "run blog --hosts web-2 -- bin/migrate",
        "rollout blog --tag v2 --yes",
        "restart blog --yes",
        "rollback blog --yes",
        "plan blog --tag v2"
      })
  void silenceIsNeverTakenForAYes(String line) {
    for (FakeHost host : fixture.hosts()) {
      host.answers("history", 0, List.of(event("history.finished").put("entries", 0)));
      host.answers("logs", 0, List.of(event("logs.finished").put("lines", 0)));
    }
    silence("web-2");

    CliFixture.Finished finished = fixture.run(line.split(" "));

    assertThat(finished.exit()).as(finished.out() + finished.err()).isNotZero();
    assertThat((finished.out() + finished.err()).replaceAll("\\s+", " "))
        .contains("web-2")
        .contains("ended with exit code 0, but the host gave no answer")
        .doesNotContain("locked on 3 hosts");
  }

  @Test
  void aLockThatOneHostDoesNotConfirmIsHeldNowhere() {
    fixture.host("web-2").answers("lock", 0, List.of());

    CliFixture.Finished finished = fixture.run("lock", "blog");

    assertThat(finished.exit()).isEqualTo(1);
    assertThat(finished.out()).contains("nothing was locked");
    assertThat(fixture.host("web-1").lock()).isNull();
    assertThat(fixture.host("web-2").verbs())
        .as("it may hold it")
        .containsExactly("lock", "unlock");
  }

  @Test
  void aLockOfAnotherNameIsNoConfirmation() {
    fixture
        .host("web-2")
        .answers("lock", 0, List.of(event("lock.taken").put("lock", "l-somebodyelse")));

    assertThat(fixture.run("lock", "blog").exit()).isEqualTo(1);
    assertThat(fixture.host("web-1").lock()).isNull();
  }

  @Test
  void noHostIsDeployedUnlockedWhereTheLockIsNotConfirmed() {
    fixture.host("web-2").answers("lock", 0, List.of());

    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v2", "--yes");

    assertThat(finished.exit()).as(finished.out()).isEqualTo(3);
    assertThat(fixture.hosts())
        .allSatisfy(host -> assertThat(host.verbs()).doesNotContain("deploy"));
    assertThat(fixture.host("web-1").lock()).isNull();
  }

  @Test
  void aPullThatIsNotConfirmedIsAFailure() {
    fixture.host("web-2").answers("pull", 0, List.of());

    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v2", "--yes");

    assertThat(finished.exit()).as(finished.out()).isEqualTo(1);
    assertThat(fixture.host("web-2").verbs()).doesNotContain("deploy");
  }

  @Test
  void halfOfAnAnswerIsNotAnAnswer() {
    List<ObjectNode> status = Transcripts.of("status");
    fixture.host("web-2").answers("status", 0, status.subList(0, 1));

    CliFixture.Finished finished = fixture.run("status", "blog");

    assertThat(finished.exit()).isEqualTo(1);
    assertThat(finished.out().replaceAll("\\s+", " ")).contains("gave only a part of an answer");
  }

  @Test
  void aStatusThatDoesNotNameTheAppIsNoStatus() {
    fixture.host("web-2").answers("status", 0, List.of(event("status.finished").put("apps", 0)));

    assertThat(fixture.run("status", "blog").exit()).isEqualTo(1);
    assertThat(fixture.run("unlock", "blog").exit()).isEqualTo(5);
    assertThat(fixture.run("rollback", "blog", "--yes").exit()).isEqualTo(3);
  }
}
