package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.inventory.ec2.MotoServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Completion of hosts of a real EC2 endpoint uses its last answer when it is unreachable. */
final class CompletionEc2MotoTest {
  @TempDir private Path directory;

  @Test
  void aTabAsksNobody() throws Exception {
    try (CliFixture fixture = new CliFixture(directory)) {
      fixture.write(
          "deployctl.yml",
          """
          inventory: { ec2: { regions: [eu-west-1] } }
          apps: { blog: { hosts: { App: blog } } }
          environments: { tokyo: { inventory: { ec2: { regions: [ap-northeast-1] } } } }
          """);
      fixture.environment.putAll(
          Map.of("AWS_ACCESS_KEY_ID", "AKIDTEST", "AWS_SECRET_ACCESS_KEY", "canary-secret"));
      try (MotoServer moto =
          MotoServer.start(MotoServer.required(), directory.resolve("moto.log"))) {
        fixture.environment.put("AWS_ENDPOINT_URL", moto.endpoint());
        moto.instance("eu-west-1", Map.of("Name", "web-1", "App", "blog", "Role", "web"));
        moto.instance("eu-west-1", Map.of("Name", "db-1", "App", "blog", "Role", "db, web"));
        moto.instance("ap-northeast-1", Map.of("Name", "far-1", "App", "blog", "Team", "b"));

        assertThat(complete(fixture, "hosts", "", "rollout", "blog")).as("never asked").isEmpty();
        assertThat(fixture.run("hosts", "blog").exit()).isZero();
        assertThat(fixture.run("hosts", "blog", "-e", "tokyo").exit()).isZero();
      }
      assertThat(complete(fixture, "hosts", "", "rollout", "blog"))
          .containsExactly("db-1", "web-1");
      assertThat(complete(fixture, "hosts", "", "plan", "blog", "-e", "tokyo"))
          .containsExactly("far-1");
      assertThat(complete(fixture, "zones", "", "plan", "blog")).containsExactly("eu-west-1a");
      assertThat(complete(fixture, "tags", "", "plan", "blog"))
          .containsExactly("App=", "Name=", "Role=");
      assertThat(complete(fixture, "tags", "Role=", "plan", "--tag", "v2", "blog"))
          .containsExactly("Role=db", "Role=web");
      assertThat(complete(fixture, "tags", "Role=db,w", "plan", "blog"))
          .containsExactly("Role=db,db", "Role=db,web");
      fixture.environment.put("AWS_PROFILE", "other");
      assertThat(complete(fixture, "hosts", "", "plan", "blog")).as("of others").isEmpty();
      fixture.environment.remove("AWS_PROFILE");
      assertLoadsNoSdk(fixture);
    }
  }

  private static List<String> words(CliFixture fixture, String what, String typed, String... line) {
    List<String> words = new java.util.ArrayList<>();
    words.addAll(List.of("complete", what, "--typed=" + typed, "--"));
    words.addAll(List.of(line));
    words.add("--config=" + fixture.directory.resolve("deployctl.yml"));
    return words;
  }

  private static List<String> complete(
      CliFixture fixture, String what, String typed, String... line) {
    CliFixture.Finished finished =
        fixture.runBare(words(fixture, what, typed, line).toArray(String[]::new));
    assertThat(finished.exit()).isZero();
    assertThat(finished.err()).isEmpty();
    return finished.out().lines().toList();
  }

  private static void assertLoadsNoSdk(CliFixture fixture) {
    List<String> java =
        new java.util.ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-verbose:class",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.deployctl.Main"));
    java.addAll(words(fixture, "hosts", "", "rollout", "blog"));
    Shell.Ended ended = Shell.run(fixture.directory, fixture.environment, "", java);
    assertThat(ended.exit()).isZero();
    assertThat(ended.out())
        .contains("dev.deployctl.inventory.SeenHosts", "\nweb-1\n")
        .doesNotContain("com.amazonaws", "dev.deployctl.inventory.ec2.Ec2Inventory");
  }
}
