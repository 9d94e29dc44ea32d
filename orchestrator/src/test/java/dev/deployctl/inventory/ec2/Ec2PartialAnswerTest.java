package dev.deployctl.inventory.ec2;

import static dev.deployctl.inventory.aws.AwsEnvironments.query;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.fleet.HostList;
import dev.deployctl.fleet.Inventory;
import dev.deployctl.inventory.RememberingInventory;
import dev.deployctl.inventory.SeenHosts;
import dev.deployctl.inventory.aws.AwsEnvironments;
import dev.deployctl.model.Host;
import dev.deployctl.model.InventorySettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An answer without a region is marked as partial, and its missing hosts as unknown. */
final class Ec2PartialAnswerTest {
  private static final String IRELAND = "eu-west-1";
  private static final String TOKYO = "ap-northeast-1";

  @TempDir private Path directory;
  @AutoClose private FakeEc2 ec2;

  @BeforeEach
  void twoRegions() throws IOException {
    ec2 =
        new FakeEc2(
            FakeInstance.of("i-1", "App=blog", "Name=web-1"),
            FakeInstance.of("i-2", "App=blog", "Name=web-2").in(TOKYO));
  }

  private InventorySettings.Ec2 settings(Map<String, List<String>> filters) {
    InventorySettings.Ec2 regions = InventorySettings.Ec2.inRegions(List.of(IRELAND, TOKYO));
    return new InventorySettings.Ec2(
        regions.regions(), filters, List.of(), null, null, null, null, true);
  }

  private Ec2Inventory inventory(Map<String, List<String>> filters) {
    return new Ec2Inventory(
        settings(filters),
        AwsEnvironments.world(AwsEnvironments.variables(ec2.endpoint()), directory));
  }

  @Test
  void itNamesTheRegionAndTheReason() {
    Ec2Inventory inventory = inventory(Map.of());
    assertThat(inventory.list(query("App", "blog")).isComplete()).isTrue();

    ec2.failing(TOKYO);
    HostList partial = inventory.list(query("App", "blog"));

    assertThat(partial.hosts()).extracting(Host::id).containsExactly("i-1");
    assertThat(partial.isComplete()).isFalse();
    assertThat(partial.missingParts()).isEqualTo(TOKYO);
    assertThat(partial.reasons()).contains("EC2 in " + TOKYO);
  }

  @Test
  void noFilterIsBlamedForAnInstanceWhoseRegionWasSilent() {
    // Both instances pass the filter; one region is silent for the question that shows it.
    FakeEc2.Fault refusal = FakeEc2.error(403, "OptInRequired", "You are not subscribed");
    for (int silent = 0; silent < 6; silent++) {
      Ec2Inventory inventory = inventory(Map.of("tag:App", List.of("blog")));
      ec2.then(silent, FakeEc2.Fault.NONE).then(1, refusal);
      List<Inventory.NearMiss> misses = inventory.nearMisses(query("App", "blog"));
      assertThat(misses).as("silent question " + silent).isEmpty();
      ec2.healed();
    }
  }

  @Test
  void whatCompletionRemembersIsNotForgotten() {
    SeenHosts seen = SeenHosts.of(settings(Map.of()), Map.of(), () -> directory);
    Inventory inventory = new RememberingInventory(inventory(Map.of()), seen);
    inventory.list(query("App", "blog"));
    ec2.failing(TOKYO);

    inventory.list(query("App", "blog"));

    assertThat(seen.hosts(query("App", "blog"))).extracting(Host::id).containsExactly("i-1", "i-2");
  }
}
