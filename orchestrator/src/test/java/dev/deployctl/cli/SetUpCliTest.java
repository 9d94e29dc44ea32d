package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands for setting up a project: init, config, ssh-config, doctor. */
final class SetUpCliTest {
  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;

  @BeforeEach
  void twoHosts() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2");
  }

  private static ObjectNode event(String type) {
    return Transcripts.object().put("v", 1).put("seq", 1).put("type", type);
  }

  @Test
  void configTellsWhereEachValueCameFrom() {
    CliFixture.Finished finished = fixture.run("config", "blog");

    assertThat(finished.exit()).isZero();
    assertThat(finished.out())
        .containsPattern("rollout.batch-size +2 +.*deployctl.yml:3")
        .containsPattern("rollout.max-failures +\\S+ +default")
        .doesNotContain("apps.shop");
    assertThat(fixture.run("config", "--json").json()).isNotEmpty();
  }

  @Test
  void theSchemaIsPrintedWhereThereIsNoConfiguration() {
    CliFixture.Finished finished = fixture.runBare("config", "--schema", "-c", "/nonexistent");

    assertThat(finished.exit()).as(finished.err()).isZero();
    assertThat(finished.out()).isEqualTo(dev.deployctl.config.ConfigSchema.json());
  }

  @Test
  void sshConfigTellsWhatHoldsForAHostAndJudgesItsKey() {
    String file = "-F" + directory.resolve("ssh_config");

    assertThat(fixture.runBare("ssh-config", file, "web-1").out())
        .contains("hostname 127.0.0.1\n", "user deploy\n");
    assertThat(fixture.runBare("ssh-config", file, "-l", "bob", "-p", "99", "web-1").out())
        .contains("user bob\n", "port 99\n");
    assertThat(fixture.runBare("ssh-config", file, "bob@web-1").out())
        .contains("hostname 127.0.0.1\n", "user bob\n");
    assertThat(fixture.runBare("ssh-config", file, "ssh://ann@web-1:2299").out())
        .contains("hostname 127.0.0.1\n", "user ann\n", "port 2299\n");
    assertThat(
            fixture.runBare("ssh-config", file, "-l", "eve", "-p", "9", "ssh://ann@web-1:8").out())
        .contains("user eve\n", "port 9\n");
    CliFixture.Finished wrong = fixture.runBare("ssh-config", file, "ssh://web-1:99999");
    assertThat(wrong.exit()).isEqualTo(2);
    assertThat(wrong.err()).contains("not a destination", "ssh://[user@]host[:port]");
    CliFixture.Finished known =
        fixture.runBare("ssh-config", file, "--check-host-key", "deploy@web-1");
    assertThat(known.exit()).as(known.out()).isZero();

    fixture.write("known_hosts", "");
    CliFixture.Finished unknown = fixture.runBare("ssh-config", file, "--check-host-key", "web-1");
    assertThat(unknown.exit()).isEqualTo(1);
    assertThat(unknown.out()).contains("not trusted");
  }

  @Test
  void initWritesAFileThatCanBeReadAndNeverOverwrites() throws Exception {
    Path file = Files.createDirectory(directory.resolve("My Shop")).resolve("deployctl.yml");

    assertThat(fixture.runBare("init", "--yes", "--config", file.toString()).exit()).isZero();
    assertThat(Files.readString(file)).contains("my-shop:", "batch-size: 25%", "# ");
    assertThat(fixture.runBare("hosts", "my-shop", "--config", file.toString()).out())
        .contains("web-1.example.com");

    CliFixture.Finished again = fixture.runBare("init", "--yes", "--config", file.toString());
    assertThat(again.exit()).isEqualTo(2);
    assertThat(again.err()).contains("exists already; nothing was written");
  }

  @Test
  void initForEc2AsksWhatItMust() throws Exception {
    Path file = directory.resolve("ec2.yml");

    CliFixture.Finished finished =
        fixture.runBare(
            "init",
            "--app",
            "blog",
            "--inventory",
            "ec2",
            "--region",
            "eu-west-1",
            "-c",
            "" + file);

    assertThat(finished.exit()).as(finished.err()).isZero();
    assertThat(fixture.runBare("config", "-c", file.toString()).out()).contains("eu-west-1");
    assertThat(Files.exists(directory.resolve("ec2-hosts.yml"))).isFalse();
  }

  @Test
  void doctorFindsNothingWhereAllIsWell() {
    CliFixture.Finished finished = fixture.run("doctor", "blog");

    assertThat(finished.exit()).as(finished.out()).isZero();
    assertThat(finished.out()).contains("config", "keys", "known_hosts", "web-2", "All is ready.");
    assertThat(fixture.host("web-1").asked()).containsExactly("preflight blog");
  }

  @Test
  void doctorTellsWhatAHostsPreflightFound() {
    fixture
        .host("web-1")
        .answers(
            "preflight",
            69,
            List.of(
                event("check")
                    .put("name", "docker")
                    .put("ok", false)
                    .put("message", "Docker does not answer")
                    .put("hint", "systemctl start docker"),
                event("preflight.finished").put("ok", false).put("exit", 69)));

    CliFixture.Finished finished = fixture.run("doctor", "blog");

    assertThat(finished.exit()).isEqualTo(1);
    assertThat(finished.out())
        .contains("web-1  docker: Docker does not answer", "systemctl start docker");
  }
}
