package dev.deployctl.inventory.ec2;

import dev.deployctl.fleet.HostList;
import dev.deployctl.fleet.Inventory;
import dev.deployctl.inventory.aws.AwsClients;
import dev.deployctl.inventory.aws.AwsEnvironment;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.InventorySettings;
import dev.deployctl.model.TagQuery;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The instances of EC2 that have the tags of an app. Each call queries EC2; nothing is cached. The
 * SDK is loaded with the first query, because that takes longer than the rest of the start.
 */
public final class Ec2Inventory implements Inventory {
  private final InventorySettings.Ec2 settings;
  private final AwsEnvironment environment;
  private @Nullable Ec2Regions regions;
  private String account = "";

  public Ec2Inventory(InventorySettings.Ec2 settings, AwsEnvironment environment) {
    this.settings = settings;
    this.environment = environment;
  }

  @Override
  public synchronized HostList list(TagQuery query) {
    HostList list = new Ec2Search(settings, regions()).list(query);
    if (list.hosts().isEmpty()) {
      // The most frequent reason for "no host" is the wrong account, so it is looked up.
      account = regions().caller();
    }
    return list;
  }

  @Override
  public synchronized List<NearMiss> nearMisses(TagQuery query) {
    Ec2Search search = new Ec2Search(settings, regions());
    return new Ec2NearMisses(settings, regions(), search).of(query);
  }

  @Override
  public synchronized String identity() {
    return regions().identity();
  }

  @Override
  public synchronized String describe() {
    String filters =
        settings.filters().entrySet().stream()
            .map(entry -> entry.getKey() + "=" + String.join(",", entry.getValue()))
            .collect(Collectors.joining(" "));
    return "EC2 "
        + regionNames()
        + (filters.isEmpty() ? "" : " (" + filters + ")")
        + (account.isEmpty() ? "" : ", account " + account);
  }

  private String regionNames() {
    try {
      return String.join(
          ", ", settings.regions().isEmpty() ? regions().names() : settings.regions());
    } catch (DeployException e) {
      return "without a region";
    }
  }

  private Ec2Regions regions() {
    Ec2Regions known = regions;
    if (known == null) {
      AwsClients.quiet();
      known = new Ec2Regions(settings, environment);
      regions = known;
    }
    return known;
  }
}
