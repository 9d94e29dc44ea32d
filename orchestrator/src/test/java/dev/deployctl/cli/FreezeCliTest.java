package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rollouts to hosts where deploys are frozen. */
final class FreezeCliTest {
  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;

  @BeforeEach
  void twoHostsOfWhichOneIsFrozen() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2");
    fixture.host("web-2").frozen = true;
  }

  @Test
  void rolloutIsRefusedBeforeAnythingIsChangedAndTheOptionIsNamed() {
    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v2", "--yes");

    assertThat(finished.exit()).isEqualTo(3);
    assertThat((finished.out() + finished.err()).replaceAll("\\s+", " "))
        .contains("deploys of blog are frozen until 2027-01-02T05:00:00Z: audit")
        .contains("add --emergency REASON");
    assertThat(fixture.host("web-1").verbs()).doesNotContain("deploy", "lock", "pull");
  }

  @Test
  void emergencyGoesThroughWithItsReason() {
    CliFixture.Finished finished =
        fixture.run("rollout", "blog", "--tag", "v2", "--yes", "--emergency", "checkout is broken");

    assertThat(finished.exit()).as(finished.out() + finished.err()).isZero();
    for (FakeHost host : fixture.hosts()) {
      assertThat(host.serving().tag()).isEqualTo("v2");
      assertThat(host.asked())
          .filteredOn(call -> call.startsWith("deploy ") || call.startsWith("preflight "))
          .hasSize(2)
          .allMatch(call -> call.contains("--emergency=checkout is broken"));
    }
  }

  @Test
  void reasonThatHostsWouldRefuseIsRefusedAtOnce() {
    CliFixture.Finished finished =
        fixture.run("rollout", "blog", "--tag", "v2", "--yes", "--emergency", "a\nb");

    assertThat(finished.exit()).isEqualTo(2);
    assertThat(fixture.host("web-1").asked()).isEmpty();
  }
}
