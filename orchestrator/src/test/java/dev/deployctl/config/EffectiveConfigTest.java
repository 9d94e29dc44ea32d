package dev.deployctl.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.model.App;
import dev.deployctl.model.InventorySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Overlays and variables: the effective values, and their origins. */
final class EffectiveConfigTest {
  private static final String YAML =
      """
      inventory:
        ec2: { regions: ["${REGION}"], filters: { "tag:Env": production } }
      rollout: { canary: 2, pause: 5s }
      apps:
        blog:
          hosts: { App: blog, Role: web }
          rollout: { pause: 9s }
        admin: { hosts: { App: "cost$$center" } }
      environments:
        staging:
          inventory: { ec2: { filters: { "tag:Env": staging } } }
          rollout: { canary: ~ }
          apps:
            blog: { hosts: { Role: ~, Stage: ["${REGION}-a", b] }, rollout: { bake: 1m } }
            extra: { hosts: { App: extra } }
        hand:
          inventory: { file: hosts.yml }
          rollout:
      """;

  @TempDir private Path directory;

  private DeployConfig load(@Nullable String environment) throws IOException {
    Path file = Files.writeString(directory.resolve("deployctl.yml"), YAML);
    return new ConfigLoader(Map.of("REGION", "eu-west-1"), () -> Path.of("/home/alice"))
        .load(file, environment);
  }

  private List<String> lines(@Nullable String environment) throws IOException {
    return load(environment).effective().lines().stream()
        .map(line -> line.toString().replace(directory + "/", ""))
        .toList();
  }

  @Test
  void everyValueSaysWhereItCameFrom() throws IOException {
    assertThat(lines("staging"))
        .startsWith(
            "inventory.ec2.regions: [eu-west-1]  # deployctl.yml:2 with $REGION",
            "inventory.ec2.filters.'tag:Env': staging  # deployctl.yml:11",
            "inventory.ec2.address: [private-ip, public-ip]  # default")
        .contains(
            "rollout.canary: 1  # default",
            "rollout.pause: 5s  # deployctl.yml:3",
            "apps.blog.hosts.App: blog  # deployctl.yml:6",
            "apps.blog.hosts.Stage: [eu-west-1-a, b]  # deployctl.yml:14 with $REGION",
            "apps.blog.rollout.pause: 9s  # deployctl.yml:7",
            "apps.blog.rollout.bake: 1m  # deployctl.yml:14",
            "apps.extra.rollout.pause: 5s  # deployctl.yml:3",
            "apps.admin.hosts.App: cost$center  # deployctl.yml:8")
        .noneMatch(line -> line.startsWith("apps.blog.hosts.Role"));
    assertThat(lines(null)).contains("rollout.canary: 2  # deployctl.yml:3");
  }

  @Test
  void theListAndTheRecordsAgree() throws IOException {
    DeployConfig staging = load("staging");

    assertThat(staging.app(new App("blog")).hosts()).hasToString("App=blog Stage=eu-west-1-a,b");
    assertThat(staging.apps()).containsOnlyKeys("blog", "admin", "extra");
    assertThat(staging.app(new App("admin")).hosts()).hasToString("App=cost$center");
  }

  @Test
  void anotherKindOfInventoryReplacesTheFirst() throws IOException {
    DeployConfig hand = load("hand");

    assertThat(hand.inventory())
        .isEqualTo(new InventorySettings.HostsFile(directory.resolve("hosts.yml")));
    assertThat(hand.rollout().canary())
        .as("a section whose lines are all commented out takes nothing away")
        .hasToString("2");
  }

  @Test
  void aWebhookIsShownAsWritten() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("deployctl.yml"),
            "inventory: { file: h }\napps: {}\nnotify: { webhook: \"${HOOK}\" }\n");
    Map<String, String> variables = Map.of("HOOK", "https://hooks.example.com/canary");

    DeployConfig config =
        new ConfigLoader(variables, () -> Path.of("/home/alice")).load(file, null);
    assertThat(config.notifications().webhook())
        .containsExactly(java.net.URI.create("https://hooks.example.com/canary"));
    assertThat(config.effective().lines())
        .anyMatch(line -> line.value().equals("${HOOK}"))
        .noneMatch(line -> line.toString().contains("canary"));
    assertThatThrownBy(
            () ->
                new ConfigLoader(Map.of("HOOK", "canary"), () -> Path.of("/home/alice"))
                    .load(file, null))
        .hasMessageContaining("notify.webhook: is not a URL")
        .hasMessageNotContaining("canary");
  }

  @Test
  void aVariableOfAnotherEnvironmentNeedNotBeSet() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("deployctl.yml"),
            "inventory: { file: h }\napps: {}\nenvironments: { s: { ssh: { user: \"${X}\" } } }\n");

    assertThat(
            new ConfigLoader(Map.of(), () -> Path.of("/home/alice")).load(file, null).ssh().user())
        .isNull();
  }
}
