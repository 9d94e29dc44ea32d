package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** lock, maintenance and stop: on all hosts or on none, and under the lock. */
final class LockStopCliTest {
  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;

  @BeforeEach
  void twoHosts() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2");
  }

  private static ObjectNode event(String type) {
    return Transcripts.object().put("v", 1).put("seq", 1).put("type", type);
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
  void maintenanceGoesToAllHosts() {
    fixture.hosts().forEach(host -> host.answers("maintenance", 0, stopped("succeeded", 0)));

    CliFixture.Finished finished = fixture.run("maintenance", "blog", "on", "--yes");

    assertThat(finished.exit()).isZero();
    assertThat(finished.out())
        .contains("Begin maintenance of blog on 2 hosts, all at once and not in batches: web-1");
    assertThat(fixture.host("web-2").verbs()).containsExactly("lock", "maintenance", "unlock");
    assertThat(fixture.host("web-2").asked().get(1))
        .startsWith("maintenance blog --rollout=r-")
        .endsWith(" --on");
    assertThat(fixture.run("maintenance", "blog", "of").exit()).isEqualTo(2);
  }

  @Test
  void stopAsksAPersonAndGoesToAllHostsUnderTheLock() {
    fixture.hosts().forEach(host -> host.answers("stop", 0, stopped("succeeded", 0)));
    fixture.personAnswers("n");
    assertThat(fixture.run("stop", "blog").exit()).isEqualTo(3);
    assertThat(fixture.host("web-1").asked()).isEmpty();

    fixture.personAnswers("y");
    CliFixture.Finished finished = fixture.run("stop", "blog");

    assertThat(finished.exit()).as(finished.out()).isZero();
    assertThat(finished.out())
        .contains("Stop blog on 2 hosts, all at once and not in batches: web-1, web-2");
    assertThat(fixture.host("web-2").verbs()).containsExactly("lock", "stop", "unlock");
  }

  @Test
  void aHostThatRefusesToStopIsNamed() {
    fixture.host("web-1").answers("stop", 0, stopped("succeeded", 0));
    fixture.host("web-2").answers("stop", 69, stopped("failed", 69));

    CliFixture.Finished finished = fixture.run("stop", "blog", "--yes");

    assertThat(finished.exit()).isEqualTo(1);
    assertThat(finished.out()).contains("web-1  stopped", "✗ web-2");
  }

  @Test
  void aLockIsHadOnAllHostsAndServesItsHoldersRollouts() {
    CliFixture.Finished locked =
        fixture.run("lock", "blog", "--reason", "migration", "--expires", "2h");
    String id = fixture.host("web-1").lock();

    assertThat(locked.exit()).as(locked.err()).isZero();
    assertThat(locked.out()).contains("locked on 2 hosts", "--lock " + id);
    assertThat(fixture.host("web-2").lock()).isEqualTo(id);
    assertThat(fixture.host("web-1").asked().getFirst())
        .contains("--reason=migration (alice@", "--expires=7200");

    assertThat(fixture.run("rollout", "blog", "--tag", "v2", "--yes").exit()).isEqualTo(4);
    assertThat(fixture.run("rollout", "blog", "--tag", "v2", "--yes", "--lock", "" + id).exit())
        .isZero();
    assertThat(fixture.host("web-1").lock()).as("still held").isEqualTo(id);
    assertThat(fixture.host("web-1").asked())
        .anyMatch(call -> call.startsWith("deploy ") && call.contains("--lock=" + id));

    assertThat(fixture.run("unlock", "blog", "--lock", "" + id).exit()).isZero();
    assertThat(fixture.hosts()).allSatisfy(host -> assertThat(host.lock()).isNull());
  }

  @Test
  void aLockOfOnesOwnThatHasEndedIsRefusedBeforeAnythingIsTouched() {
    CliFixture.Finished finished =
        fixture.run("rollout", "blog", "--tag", "v2", "--yes", "--lock", "l-ended1");

    assertThat(finished.exit()).as(finished.out()).isEqualTo(4);
    assertThat(finished.out()).contains("the lock l-ended1 is not held there");
    assertThat(fixture.host("web-1").verbs()).containsOnly("preflight");
  }

  @Test
  void aLockOfOnesOwnThatEndsUnderWayEndsTheRollout() {
    fixture.run("lock", "blog");
    String id = "" + fixture.host("web-1").lock();
    List<ObjectNode> refused = Transcripts.of("locked");
    fixture.hosts().forEach(host -> host.answers("deploy", 75, refused));

    CliFixture.Finished finished =
        fixture.run("rollout", "blog", "--tag", "v2", "--yes", "--lock", id, "--canary", "1");

    assertThat(finished.exit()).as(finished.out()).isEqualTo(1);
    assertThat(finished.out().replaceAll("\\s+", " "))
        .contains("lock lost, nothing more was changed", "lock lost on web-1")
        .contains("deployctl history blog");
    assertThat(fixture.host("web-2").verbs()).doesNotContain("deploy");
  }

  @Test
  void aLockThatOneHostRefusesIsHeldNowhere() {
    fixture.host("web-2").lockedBySomebody();

    CliFixture.Finished finished = fixture.run("lock", "blog");

    assertThat(finished.exit()).isEqualTo(4);
    assertThat(finished.out())
        .contains("blog is busy", "Could not acquire the lock; nothing was locked");
    assertThat(fixture.host("web-1").lock()).isNull();
  }

  @Test
  void aLockIsNotHadWhereAHostIsOutOfReach() throws Exception {
    fixture.server("web-2").close();

    assertThat(fixture.run("lock", "blog").exit()).isEqualTo(5);
    assertThat(fixture.host("web-1").lock()).isNull();
  }

  @Test
  void unlockByForceNeedsNoId() {
    fixture.run("lock", "blog");

    assertThat(fixture.run("unlock", "blog", "--force").exit()).isZero();
    assertThat(fixture.host("web-1").asked()).contains("unlock blog --force");
  }

  @Test
  void aReasonThatAHostWouldNotTakeIsRefusedAndNotAltered() {
    CliFixture.Finished refused = fixture.run("lock", "blog", "--reason", "Störung: 3 % „rot“");

    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.err()).contains("'\\u00f6'", "'%'", "nothing was locked");
    assertThat(fixture.run("lock", "blog", "--reason", "x".repeat(121)).err())
        .contains("--reason is longer than");
    assertThat(fixture.host("web-1").verbs()).isEmpty();
  }
}
