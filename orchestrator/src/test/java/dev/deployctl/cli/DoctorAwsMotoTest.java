package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.inventory.ec2.MotoServer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** doctor names the AWS account, as a real STS endpoint reports it. */
final class DoctorAwsMotoTest {
  @TempDir private Path directory;

  @Test
  void doctorNamesTheCaller() throws Exception {
    try (CliFixture fixture = new CliFixture(directory, "web-1");
        MotoServer moto = MotoServer.start(MotoServer.required(), directory.resolve("moto.log"))) {
      moto.instance("eu-west-1", Map.of("Name", "web-1", "App", "blog"));
      fixture.environment.putAll(
          Map.of(
              "AWS_ACCESS_KEY_ID", "AKIDTEST",
              "AWS_SECRET_ACCESS_KEY", "canary-secret",
              "AWS_ENDPOINT_URL", moto.endpoint()));
      fixture.write(
          "deployctl.yml",
          """
          ssh: { config: ssh_config }
          inventory: { ec2: { regions: [eu-west-1] } }
          apps: { blog: { hosts: { App: blog } } }
          """);

      CliFixture.Finished finished = fixture.run("doctor");

      assertThat(finished.exit()).as(finished.out()).isZero();
      assertThat(finished.out())
          .containsPattern("aws identity: 123456789012\\s+\\(arn:aws:sts::123456789012:")
          .contains("aws: blog: 1 host")
          .doesNotContain("canary-secret");
      fixture.environment.put("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9");
      CliFixture.Finished without = fixture.run("doctor");
      assertThat(without.exit()).as("EC2 answers all the same").isZero();
      assertThat(without.out()).contains("aws identity: unknown: no connection to STS");
    }
  }
}
