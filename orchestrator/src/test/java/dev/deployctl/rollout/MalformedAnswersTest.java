package dev.deployctl.rollout;

import static dev.deployctl.rollout.RolloutFixture.settings;
import static dev.deployctl.rollout.RolloutFixture.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.OnFailure;
import dev.deployctl.rollout.SimulatedHost.Behavior;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import org.junit.jupiter.api.Test;

/** A malformed name from a host is a fault of that host, not a usage error and not a crash. */
class MalformedAnswersTest {
  @Test
  void malformedDigestInThePreflightRefusesThatHost() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD);
    fixture.host(1).resolved = "sha256:xyz";
    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.PREFLIGHT_REFUSED);
    assertThat(outcome.exitCode()).isEqualTo(3);
    HostOutcome.Failed failed = (HostOutcome.Failed) outcome.hosts().getFirst();
    assertThat(failed.host().name()).isEqualTo("web-00001");
    assertThat(failed.error().message())
        .isEqualTo("the host sent a malformed digest: 'sha256:xyz'");
    assertThat(fixture.host(2).begun).isZero();
  }

  @Test
  void malformedReleaseAtTheEndOfADeployFailsThatHostAndItIsRolledBack() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD);
    fixture.host(1).newRelease = "../../x";
    RolloutOutcome outcome = fixture.rollOut(with(settings("1", "1", 0), OnFailure.ROLLBACK, 0));
    assertThat(outcome.ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(outcome.hosts().getFirst()).isInstanceOf(HostOutcome.RolledBack.class);
    assertThat(fixture.host(1).undone).isEqualTo(1);
    assertThat(fixture.host(2).begun).isZero();
    assertThat(fixture.events.toString()).contains("the host sent a malformed release: '../../x'");
  }

  @Test
  void malformedRolloutInAStatusStopsARollbackAndNamesTheHost() {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD);
    fixture.host(2).servingRollout = "R 1";
    assertThatThrownBy(() -> fixture.rollBack(null, 2))
        .isInstanceOfSatisfying(
            DeployException.class,
            wrong -> assertThat(wrong.kind()).isEqualTo(FailureKind.PREFLIGHT_REFUSED))
        .hasMessageContaining("web-00002: the host sent a malformed rollout: 'R 1'");
  }
}
