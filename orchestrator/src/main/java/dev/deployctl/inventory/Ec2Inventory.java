package dev.deployctl.inventory;

import com.amazonaws.services.ec2.AmazonEC2;
import com.amazonaws.services.ec2.model.Filter;
import dev.deployctl.model.AddressKind;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.InventorySettings;
import dev.deployctl.model.TagQuery;
import dev.deployctl.rollout.Inventory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/** Hosts are the instances of EC2 that carry the tags. Asked afresh each time, never cached. */
public final class Ec2Inventory implements Inventory {
  private final InventorySettings.Ec2 settings;
  private final AwsEnvironment environment;

  public Ec2Inventory(InventorySettings.Ec2 settings, AwsEnvironment environment) {
    this.settings = settings;
    this.environment = environment;
  }

  @Override
  public List<Host> hosts(TagQuery query) {
    List<Filter> filters = new ArrayList<>(Ec2Filters.passedThrough(settings.filters()));
    filters.addAll(Ec2Filters.tags(query));
    if (!settings.filters().containsKey(Ec2Filters.STATE)) {
      filters.add(Ec2Filters.running());
    }
    List<FoundInstance> found =
        ask(filters).stream().filter(instance -> query.matches(instance.host(""))).toList();
    checkAddresses(found);
    return found.stream()
        .map(instance -> instance.host(instance.address(settings.address()).orElseThrow()))
        .sorted(HostOrder.STABLE)
        .toList();
  }

  private void checkAddresses(List<FoundInstance> found) {
    List<FoundInstance> without =
        found.stream().filter(i -> i.address(settings.address()).isEmpty()).toList();
    if (!without.isEmpty()) {
      String kinds =
          settings.address().stream().map(AddressKind::word).collect(Collectors.joining(" nor "));
      throw new DeployException(
          FailureKind.INVENTORY,
          "no address to connect to, neither "
              + kinds
              + ": "
              + without.stream().map(FoundInstance::described).collect(Collectors.joining(", ")),
          "list a kind of address that they have under inventory.ec2.address in deployctl.yml");
    }
  }

  private List<FoundInstance> ask(List<Filter> filters) {
    var credentials =
        new com.amazonaws.auth.AWSStaticCredentialsProvider(
            new AwsCredentials(environment).resolve());
    List<Callable<List<FoundInstance>>> calls = new ArrayList<>();
    for (String region : AwsRegions.of(settings.regions(), environment)) {
      calls.add(
          () -> {
            AmazonEC2 client =
                Ec2Client.build(region, endpoint(), credentials, environment.timeouts());
            return InstancePages.read(client, region, filters);
          });
    }
    List<FoundInstance> found = new ArrayList<>();
    for (var ended : Calls.all(calls, environment.timeouts().whole())) {
      switch (ended) {
        case Calls.Ended.Value<List<FoundInstance>>(List<FoundInstance> some) -> found.addAll(some);
        case Calls.Ended.Failed<List<FoundInstance>>(Throwable cause) ->
            throw new DeployException(
                FailureKind.INVENTORY, "EC2 does not answer: " + cause.getMessage(), null, cause);
      }
    }
    return found;
  }

  private @org.jspecify.annotations.Nullable String endpoint() {
    return settings.endpoint() != null
        ? settings.endpoint()
        : environment.variable("AWS_ENDPOINT_URL_EC2", "AWS_ENDPOINT_URL");
  }

  @Override
  public String describe() {
    String filters =
        settings.filters().entrySet().stream()
            .map(entry -> entry.getKey() + "=" + String.join(",", entry.getValue()))
            .collect(Collectors.joining(" "));
    return "EC2 "
        + String.join(", ", AwsRegions.of(settings.regions(), environment))
        + (filters.isEmpty() ? "" : " (" + filters + ")");
  }

  @Override
  public List<NearMiss> nearMisses(TagQuery query) {
    List<Host> all =
        ask(Ec2Filters.passedThrough(settings.filters())).stream()
            .map(instance -> instance.host(instance.address(settings.address()).orElse("")))
            .toList();
    return NearMisses.among(all, query);
  }
}
