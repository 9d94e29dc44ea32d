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

/** A region that does not answer: its hosts are unknown, and never gone. */
final class PartialInventoryCliTest {
  private static final String VIRGINIA = "us-east-1";

  @TempDir private Path directory;
  @AutoClose private Bench bench;
  @AutoClose private FakeEc2 ec2;

  @BeforeEach
  void twoRegions() throws Exception {
    bench = new Bench(directory, "web-1", "web-2");
    ec2 =
        new FakeEc2(
            FakeInstance.of("i-1", "App=blog", "Name=web-1"),
            FakeInstance.of("i-2", "App=blog", "Name=web-2").in(VIRGINIA));
    bench.write(
        "deployctl.yml",
        """
        ssh: { config: ssh_config }
        inventory:
          ec2:
            regions: [eu-west-1, %s]
            address: [name]
            endpoint: %s
            skip-failing-regions: true
        rollout: { canary: 1, batch-size: 1, bake: 0s }
        apps: { blog: { hosts: { App: blog } } }
        """
            .formatted(VIRGINIA, ec2.endpoint()));
    bench.environment.putAll(
        Map.of(
            "AWS_ACCESS_KEY_ID", "AKIDTEST",
            "AWS_SECRET_ACCESS_KEY", "canary-secret",
            "AWS_MAX_ATTEMPTS", "1",
            "AWS_EC2_METADATA_DISABLED", "true"));
  }

  private void isCutOffAtTheFirstDeploy(String name, Runnable also) {
    bench.host("web-1").hears =
        verb -> {
          if (verb.equals("deploy") || verb.equals("rollback")) {
            try {
              bench.server(name).close();
            } catch (IOException failed) {
              throw new UncheckedIOException(failed);
            }
            also.run();
          }
        };
  }

  @Test
  void aHostThatIsLostWhileItsRegionDoesNotAnswerIsAFailure() {
    isCutOffAtTheFirstDeploy("web-2", () -> ec2.failing(VIRGINIA));

    Bench.Finished finished = bench.run("rollout", "blog", "--tag=v2", "--yes");

    assertThat(finished.exit()).as(finished.out() + finished.err()).isEqualTo(1);
    assertThat(finished.out())
        .contains("web-2", "could not ask the inventory again", VIRGINIA)
        .doesNotContain("gone");
    assertThat(finished.err().split("left out: EC2 in " + VIRGINIA, -1))
        .as("warned once")
        .hasSize(2);
  }

  @Test
  void aRollbackCountsSuchAHostToo() {
    assertThat(bench.run("rollout", "blog", "--tag=v2", "--yes").exit()).isZero();
    isCutOffAtTheFirstDeploy("web-2", () -> ec2.failing(VIRGINIA));

    Bench.Finished finished = bench.run("rollback", "blog", "--yes", "--parallelism=1");

    assertThat(finished.exit()).as(finished.out() + finished.err()).isEqualTo(1);
    assertThat(finished.out()).doesNotContain("gone");
  }

  @Test
  void aPlanSaysWhichHostsItCannotSpeakFor() {
    ec2.failing(VIRGINIA);

    Bench.Finished plan = bench.run("plan", "blog", "--tag=v2");
    assertThat(plan.exit()).as(plan.err()).isZero();
    assertThat(plan.out()).contains("hosts of " + VIRGINIA + " are not part of this");

    bench.host("web-1").hears = verb -> ec2.recovered();
    Bench.Finished finished = bench.run("rollout", "blog", "--tag=v2", "--yes");
    assertThat(finished.exit()).as(finished.err()).isZero();
    assertThat(finished.out())
        .contains("hosts of " + VIRGINIA + " are not part of this")
        .contains("since the inventory was incomplete when it began: web-2")
        .doesNotContain("new since the rollout began");

    bench.host("web-1").hears = verb -> {};
    ec2.failing(VIRGINIA);
    Bench.Finished back = bench.run("rollback", "blog", "--yes");
    assertThat(back.exit()).as(back.err()).isZero();
    assertThat(back.out().replaceAll("\\s+", " "))
        .contains("warning hosts of " + VIRGINIA + " are not part of this");
  }

  @Test
  void aNameThatMayBelongToThatRegionIsNotCalledWrong() {
    ec2.failing(VIRGINIA);

    Bench.Finished named = bench.run("plan", "blog", "--tag=v2", "--hosts=web-2");
    assertThat(named.exit()).isEqualTo(3);
    assertThat(named.err())
        .contains("not found: 'web-2'; hosts of " + VIRGINIA + " are not known: EC2 in " + VIRGINIA)
        .doesNotContain("not a host of");
    assertThat(bench.run("plan", "blog", "--tag=v2", "--zone=" + VIRGINIA + "a").err())
        .contains("no host of blog is in zone", "hosts of " + VIRGINIA + " are not known");
    Bench.Finished doctor = bench.run("doctor", "blog");
    assertThat(doctor.exit()).isEqualTo(1);
    assertThat(doctor.out()).contains("blog: 1 hosts", "EC2 in " + VIRGINIA);
  }
}
