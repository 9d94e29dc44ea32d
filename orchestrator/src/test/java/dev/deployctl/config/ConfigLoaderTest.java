package dev.deployctl.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.model.AddressKind;
import dev.deployctl.model.Amount;
import dev.deployctl.model.App;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.InventorySettings;
import dev.deployctl.model.OnFailure;
import dev.deployctl.model.RolloutSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigLoaderTest {
  private static final String SAMPLE =
      """
      ssh: { user: deploy, port: 2222, identity-file: [keys/a, ~/b], connect-timeout: 4s }
      inventory:
        ec2:
          regions: [ap-northeast-1]
          filters: { "tag:Env": production }     # passed to DescribeInstances as they are
          address: [private-ip, public-ip]       # the first that a host has
      rollout:                                   # defaults for every app
        canary: 1
        batch-size: 25%
        max-failures: 1
      apps:
        blog:
          hosts: { App: blog, Role: [web, edge] }
          exclude: { Stage: old }
          rollout: { batch-size: [1, 25%, 50%], pause: 10s, bake: 60s, on-failure: rollback }
        admin:
          hosts: { App: admin }
      environments:
        staging:
          inventory: { file: hosts.staging.yml }
          rollout: { batch-size: 100% }
      """;

  @TempDir private Path directory;

  private DeployConfig load(String yaml, @Nullable String environment) throws IOException {
    return load(yaml, environment, Map.of());
  }

  private DeployConfig load(String yaml, @Nullable String environment, Map<String, String> vars)
      throws IOException {
    Path file = Files.writeString(directory.resolve("deployctl.yml"), yaml);
    return new ConfigLoader(vars, () -> Path.of("/home/alice")).load(file, environment);
  }

  @Test
  void readsTheSample() throws IOException {
    DeployConfig config = load(SAMPLE, null);

    assertThat(config.inventory())
        .isEqualTo(
            new InventorySettings.Ec2(
                List.of("ap-northeast-1"),
                Map.of("tag:Env", List.of("production")),
                List.of(AddressKind.PRIVATE_IP, AddressKind.PUBLIC_IP),
                null,
                null,
                null,
                null,
                false));
    AppSettings blog = config.app(new App("blog"));
    assertThat(blog.hosts()).hasToString("App=blog Role=web,edge Stage!=old");
    RolloutSettings rollout = blog.rollout();
    assertThat(rollout.batchSizes())
        .containsExactly(new Amount.Count(1), new Amount.Percent(25), new Amount.Percent(50));
    assertThat(rollout.pause()).isEqualTo(Duration.ofSeconds(10));
    assertThat(rollout.onFailure()).isEqualTo(OnFailure.ROLLBACK);
    assertThat(rollout.maxFailures()).as("inherited").isEqualTo(new Amount.Count(1));
    assertThat(config.app(new App("admin")).rollout().batchSizes())
        .containsExactly(new Amount.Percent(25));
    assertThat(config.ssh().identityFile())
        .containsExactly(directory.resolve("keys/a"), Path.of("/home/alice/b"));
  }

  @Test
  void laysAnEnvironmentOver() throws IOException {
    DeployConfig config = load(SAMPLE, "staging");

    assertThat(config.inventory())
        .isEqualTo(new InventorySettings.HostsFile(directory.resolve("hosts.staging.yml")));
    assertThat(config.app(new App("admin")).rollout().batchSizes())
        .containsExactly(new Amount.Percent(100));
    assertThat(config.app(new App("blog")).rollout().batchSizes())
        .as("an app's own word counts in every environment")
        .hasSize(3);
  }

  @Test
  void namesTheAppsWhenOneIsUnknown() throws IOException {
    DeployConfig config = load(SAMPLE, null);

    assertThatThrownBy(() -> config.app(new App("blogg")))
        .isInstanceOfSatisfying(
            DeployException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.USAGE);
              assertThat(e).hasMessageContaining("no app 'blogg' in ");
              assertThat(e.hint()).isEqualTo("did you mean blog? apps there: blog, admin");
            });
  }

  @Test
  void namesTheEnvironmentsWhenOneIsUnknown() {
    assertThatThrownBy(() -> load(SAMPLE, "stagin"))
        .isInstanceOfSatisfying(
            DeployException.class,
            e ->
                assertThat(e.hint())
                    .isEqualTo("did you mean staging? environments there: staging"));
  }
}
