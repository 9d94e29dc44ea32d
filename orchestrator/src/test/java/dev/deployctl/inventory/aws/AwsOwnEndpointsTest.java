package dev.deployctl.inventory.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.regions.Region;
import com.amazonaws.regions.RegionUtils;
import org.junit.jupiter.api.Test;

/** AWS's own endpoints are those that the SDK lists. */
final class AwsOwnEndpointsTest {
  @Test
  void everyRegionHasTheEndpointOfTheSdk() {
    assertThat(RegionUtils.getRegions())
        .hasSizeGreaterThan(30)
        .filteredOn(region -> !region.getName().endsWith("-global"))
        .allSatisfy(AwsOwnEndpointsTest::hasTheEndpointOfTheSdk);
  }

  private static void hasTheEndpointOfTheSdk(Region region) {
    for (String service : new String[] {"ec2", "monitoring"}) {
      if (region.isServiceSupported(service)) {
        assertThat(AwsConnections.own(service, region.getName()))
            .isEqualTo("https://" + region.getServiceEndpoint(service));
      }
    }
  }
}
