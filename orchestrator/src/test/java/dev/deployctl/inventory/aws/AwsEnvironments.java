package dev.deployctl.inventory.aws;

import dev.deployctl.inventory.ec2.Ec2Inventory;
import dev.deployctl.model.InventorySettings;
import dev.deployctl.model.TagQuery;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** AWS environments for tests, independent of the environment of the machine. */
public final class AwsEnvironments {
  public static final AwsEnvironment.Timeouts SHORT =
      new AwsEnvironment.Timeouts(
          Duration.ofMillis(400), Duration.ofMillis(400), Duration.ofMillis(6000));

  private AwsEnvironments() {}

  /** Variables with a key and this EC2 endpoint. */
  public static Map<String, String> variables(String endpoint) {
    return new HashMap<>(
        Map.of(
            "AWS_ACCESS_KEY_ID", "AKIDTEST",
            "AWS_SECRET_ACCESS_KEY", "canary-secret",
            "AWS_ENDPOINT_URL_EC2", endpoint,
            "AWS_EC2_METADATA_DISABLED", "true"));
  }

  public static AwsEnvironment world(Map<String, String> variables, Path home) {
    return new AwsEnvironment(variables, home, null, warning -> {}, SHORT);
  }

  public static Ec2Inventory inventory(String endpoint, String... regions) {
    return new Ec2Inventory(
        InventorySettings.Ec2.inRegions(List.of(regions)),
        world(variables(endpoint), Path.of("/nonexistent")));
  }

  public static TagQuery query(String key, String... values) {
    return new TagQuery(Map.of(key, List.of(values)));
  }
}
