package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deployctl.inventory.ec2.FakeEc2;
import dev.deployctl.inventory.ec2.FakeInstance;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The text of a plan before its confirmation, and the advice when a plan is refused. */
final class PlanQuestionsCliTest {
  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;

  @BeforeEach
  void hosts() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2");
  }

  private static String text(CliFixture.Finished finished) {
    return (finished.out() + finished.err()).replaceAll("\\s+", " ");
  }

  @Test
  void aCanaryAsLargeAsTheFleetWarns() {
    assertThat(text(fixture.run("plan", "blog", "--tag=v2", "--canary=2")))
        .contains("the canary is all 2 hosts");
    assertThat(text(fixture.run("plan", "blog", "--tag=v2", "--canary=100%")))
        .contains("the canary is all 2 hosts");
    assertThat(text(fixture.run("plan", "blog", "--tag=v2", "--canary=1")))
        .doesNotContain("the canary is all");
    assertThat(text(fixture.run("plan", "blog", "--tag=v2", "--canary=0", "--batch-size=2")))
        .doesNotContain("the canary is all");
  }

  @Test
  void hintsNameTheOptionsThatHelp() throws Exception {
    fixture.server("web-2").close();
    CliFixture.Finished out = fixture.run("rollout", "blog", "--tag=v2", "--yes");
    assertThat(out.exit()).isEqualTo(5);
    assertThat(text(out)).contains("deployctl rollout blog --tag v2 --max-unreachable 1");
  }

  @Test
  void aHostThatIsNotReadyCanBeLeftOut() {
    List<ObjectNode> events = Transcripts.of("preflight");
    events.getFirst().put("ok", false).put("message", "broken").put("kind", "definition");
    events.getLast().put("ok", false).put("exit", 78);
    fixture.host("web-2").answers("preflight", 78, events);
    CliFixture.Finished refused = fixture.run("rollout", "blog", "--tag=v2", "--yes");
    assertThat(refused.exit()).isEqualTo(3);
    assertThat(text(refused)).contains("deployctl rollout blog --hosts web-1 --tag v2");
  }

  @Test
  void aLoginShellThatRunsNothingIsNamed() {
    fixture.host("web-2").answers("preflight", 1, List.of());
    assertThat(text(fixture.run("plan", "blog", "--tag=v2")))
        .contains("the login shell of this user runs no command", "usermod --shell");
  }

  private void ec2(FakeEc2 ec2) {
    fixture.write(
        "deployctl.yml",
        """
        ssh: { config: ssh_config }
        inventory: { ec2: { regions: [eu-west-1], address: [public-ip, name], endpoint: %s } }
        apps: { blog: { hosts: { App: blog } } }
        """
            .formatted(ec2.endpoint()));
    fixture.environment.putAll(
        Map.of(
            "AWS_ACCESS_KEY_ID", "AKIDTEST",
            "AWS_SECRET_ACCESS_KEY", "canary-secret",
            "AWS_EC2_METADATA_DISABLED", "true"));
  }

  @Test
  void aNameThatMeansTwoInstancesSaysSo() throws Exception {
    try (FakeEc2 ec2 =
        new FakeEc2(
            FakeInstance.of("i-1", "App=blog", "Name=web-1"),
            FakeInstance.of("i-2", "App=blog", "Name=web-1"))) {
      ec2(ec2);
      for (String command : List.of("hosts", "status")) {
        assertThat(text(fixture.run(command, "blog", "--hosts=web-1")))
            .contains("2 hosts are called web-1, and --hosts means all of them: i-1, i-2");
      }
      assertThat(text(fixture.run("hosts", "blog", "--hosts=i-1"))).doesNotContain("are called");
    }
  }

  @Test
  void anInstanceWithoutAnAddressFailsOnlyWhatMeansIt() throws Exception {
    try (FakeEc2 ec2 =
        new FakeEc2(
            FakeInstance.of("i-1", "App=blog", "Name=web-1", "Ring=one"),
            FakeInstance.of("i-2", "App=blog").at(null).in("eu-west-1"))) {
      ec2(ec2);
      CliFixture.Finished all = fixture.run("plan", "blog", "--tag=v2");
      assertThat(all.exit()).isEqualTo(3);
      assertThat(text(all)).contains("i-2", "so SSH cannot connect", "--hosts");
      for (String narrow : List.of("--hosts=web-1", "--host-tag=Ring=one")) {
        CliFixture.Finished one = fixture.run("plan", "blog", "--tag=v2", narrow);
        assertThat(one.exit()).as(text(one)).isZero();
      }
      CliFixture.Finished explained = fixture.run("hosts", "blog", "--explain");
      assertThat(explained.exit()).as(text(explained)).isZero();
      assertThat(text(explained)).contains("web-1", "has none of the addresses");
    }
  }
}
