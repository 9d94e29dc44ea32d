package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.inventory.ec2.FakeEc2;
import dev.deployctl.inventory.ec2.FakeInstance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An instance falls silent in mid-rollout, and EC2 describes it differently from then on. */
final class LostHostsCliTest {
  @TempDir private Path directory;
  @AutoClose private CliFixture bench;
  @AutoClose private FakeEc2 ec2;

  @BeforeEach
  void instances() throws Exception {
    bench = new CliFixture(directory, "web-1", "web-2");
    ec2 =
        new FakeEc2(
            FakeInstance.of("i-1", "App=blog", "Role=web", "Name=web-1"),
            FakeInstance.of("i-2", "App=blog", "Role=web", "Name=web-2"));
    bench.write(
        "deployctl.yml",
        """
        ssh: { config: ssh_config }
        inventory: { ec2: { regions: [eu-west-1], address: [name], endpoint: "%s" } }
        rollout: { canary: 1, batch-size: 1, bake: 0s }
        apps: { blog: { hosts: { App: blog } } }
        """
            .formatted(ec2.endpoint()));
    bench.environment.putAll(
        Map.of(
            "AWS_ACCESS_KEY_ID", "AKIDTEST",
            "AWS_SECRET_ACCESS_KEY", "canary-secret",
            "AWS_MAX_ATTEMPTS", "1",
            "AWS_EC2_METADATA_DISABLED", "true"));
  }

  /** The second host falls silent once the first one is being deployed. */
  private void fallsSilent(Runnable also) {
    bench.host("web-1").hears =
        verb -> {
          if (verb.equals("deploy") || verb.equals("rollback")) {
            try {
              bench.server("web-2").close();
            } catch (IOException failed) {
              throw new UncheckedIOException(failed);
            }
            also.run();
          }
        };
  }

  private void assertCounts(CliFixture.Finished finished) {
    assertThat(finished.exit()).as(finished.out() + finished.err()).isEqualTo(1);
    assertThat(finished.out()).contains("web-2").doesNotContain("terminated");
  }

  @Test
  void aHostThatWasRenamedIsAFailureAndNotTerminated() {
    fallsSilent(
        () -> ec2.replace(FakeInstance.of("i-2", "App=blog", "Role=web", "Name=old-web-2")));
    assertCounts(bench.run("rollout", "blog", "--tag=v2", "--yes", "--hosts=web-1,web-2"));
  }

  @Test
  void aHostThatLostItsTagIsAFailureAndNotTerminated() {
    fallsSilent(() -> ec2.replace(FakeInstance.of("i-2", "App=blog", "Role=old", "Name=web-2")));
    assertCounts(bench.run("rollout", "blog", "--tag=v2", "--yes", "--host-tag=Role=web"));
  }

  @Test
  void aHostThatLostTheTagOfTheAppIsAFailureAndNotTerminated() {
    fallsSilent(() -> ec2.replace(FakeInstance.of("i-2", "App=none", "Role=web", "Name=web-2")));
    assertCounts(bench.run("rollout", "blog", "--tag=v2", "--yes"));
  }

  @Test
  void aRollbackCountsARenamedHostToo() {
    assertThat(bench.run("rollout", "blog", "--tag=v2", "--yes").exit()).isZero();
    fallsSilent(
        () -> ec2.replace(FakeInstance.of("i-2", "App=blog", "Role=web", "Name=old-web-2")));
    assertCounts(bench.run("rollback", "blog", "--yes", "--parallelism=1", "--hosts=web-1,web-2"));
  }

  @Test
  void aHostThatIsListedNoMoreIsTerminatedAndNoFailure() {
    fallsSilent(() -> ec2.forget("i-2"));
    CliFixture.Finished finished =
        bench.run("rollout", "blog", "--tag=v2", "--yes", "--hosts=web-1,web-2");
    assertThat(finished.exit()).as(finished.out() + finished.err()).isZero();
    assertThat(finished.out()).contains("terminated since the rollout began: web-2");
  }
}
