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

/** A region that does not answer: its hosts are unknown, not terminated. */
final class PartialInventoryCliTest {
  private static final String VIRGINIA = "us-east-1";

  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;
  @AutoClose private FakeEc2 ec2;

  @BeforeEach
  void twoRegions() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2");
    ec2 =
        new FakeEc2(
            FakeInstance.of("i-1", "App=blog", "Name=web-1"),
            FakeInstance.of("i-2", "App=blog", "Name=web-2").in(VIRGINIA));
    fixture.write(
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
    fixture.environment.putAll(
        Map.of(
            "AWS_ACCESS_KEY_ID", "AKIDTEST",
            "AWS_SECRET_ACCESS_KEY", "canary-secret",
            "AWS_MAX_ATTEMPTS", "1",
            "AWS_EC2_METADATA_DISABLED", "true"));
  }

  private void isCutOffAtTheFirstDeploy(String name, Runnable also) {
    fixture.host("web-1").hears =
        verb -> {
          if (verb.equals("deploy") || verb.equals("rollback")) {
            try {
              fixture.server(name).close();
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

    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag=v2", "--yes");

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
    assertThat(fixture.run("rollout", "blog", "--tag=v2", "--yes").exit()).isZero();
    isCutOffAtTheFirstDeploy("web-2", () -> ec2.failing(VIRGINIA));

    CliFixture.Finished finished = fixture.run("rollback", "blog", "--yes", "--parallelism=1");

    assertThat(finished.exit()).as(finished.out() + finished.err()).isEqualTo(1);
    assertThat(finished.out()).doesNotContain("gone");
  }

  @Test
  void aPlanSaysWhichHostsItCannotSpeakFor() {
    ec2.failing(VIRGINIA);

    CliFixture.Finished plan = fixture.run("plan", "blog", "--tag=v2");
    assertThat(plan.exit()).as(plan.err()).isZero();
    assertThat(plan.out()).contains("hosts of " + VIRGINIA + " are not part of this");

    fixture.host("web-1").hears = verb -> ec2.recovered();
    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag=v2", "--yes");
    assertThat(finished.exit()).as(finished.err()).isZero();
    assertThat(finished.out())
        .contains("hosts of " + VIRGINIA + " are not part of this")
        .contains("since the inventory was incomplete when it began: web-2")
        .doesNotContain("new since the rollout began");

    fixture.host("web-1").hears = verb -> {};
    ec2.failing(VIRGINIA);
    CliFixture.Finished back = fixture.run("rollback", "blog", "--yes");
    assertThat(back.exit()).as(back.err()).isZero();
    assertThat(back.out().replaceAll("\\s+", " "))
        .contains("warning hosts of " + VIRGINIA + " are not part of this");
  }

  @Test
  void aNameThatMayBelongToThatRegionIsNotCalledWrong() {
    ec2.failing(VIRGINIA);

    CliFixture.Finished named = fixture.run("plan", "blog", "--tag=v2", "--hosts=web-2");
    assertThat(named.exit()).isEqualTo(3);
    assertThat(named.err())
        .contains("not found: 'web-2'; hosts of " + VIRGINIA + " are not known: EC2 in " + VIRGINIA)
        .doesNotContain("not a host of");
    assertThat(fixture.run("plan", "blog", "--tag=v2", "--zone=" + VIRGINIA + "a").err())
        .contains("no host of blog is in zone", "hosts of " + VIRGINIA + " are not known");
    CliFixture.Finished doctor = fixture.run("doctor", "blog");
    assertThat(doctor.exit()).isEqualTo(1);
    assertThat(doctor.out()).contains("blog: 1 hosts", "EC2 in " + VIRGINIA);
  }
}
