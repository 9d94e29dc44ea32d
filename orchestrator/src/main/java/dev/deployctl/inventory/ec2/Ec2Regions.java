package dev.deployctl.inventory.ec2;

import com.amazonaws.services.ec2.AmazonEC2;
import com.amazonaws.services.ec2.model.Filter;
import dev.deployctl.fleet.HostList;
import dev.deployctl.inventory.aws.AwsConnections;
import dev.deployctl.inventory.aws.AwsCredentials;
import dev.deployctl.inventory.aws.AwsEndpoints;
import dev.deployctl.inventory.aws.AwsEnvironment;
import dev.deployctl.inventory.aws.AwsFailures;
import dev.deployctl.inventory.aws.AwsProfiles;
import dev.deployctl.inventory.aws.AwsQuery;
import dev.deployctl.inventory.aws.AwsRegions;
import dev.deployctl.inventory.aws.Calls;
import dev.deployctl.inventory.aws.Credentials;
import dev.deployctl.inventory.aws.RoleCredentials;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.InventorySettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Queries EC2 in all regions of the inventory at once. Clients are built once, when needed. */
final class Ec2Regions {
  /** The time for credentials, which may wait for a user to enter an MFA code. */
  private static final Duration CREDENTIALS_TIMEOUT = Duration.ofMinutes(5);

  private static final Duration CALLER_LIMIT = Duration.ofSeconds(5);

  private final InventorySettings.Ec2 settings;
  private final AwsEnvironment environment;
  private final List<String> regions;
  private final AwsEndpoints endpoints;
  private final AwsConnections connections;
  private final RoleCredentials roles;
  private final AwsCredentials credentials;
  private final Map<String, AmazonEC2> clients = new ConcurrentHashMap<>();
  private final Set<String> warned = ConcurrentHashMap.newKeySet();

  Ec2Regions(InventorySettings.Ec2 settings, AwsEnvironment environment) {
    this.settings = settings;
    this.environment = environment;
    AwsProfiles profiles = AwsProfiles.read(environment, settings.profile());
    this.regions = AwsRegions.of(settings.regions(), environment, profiles);
    this.endpoints = new AwsEndpoints(environment, profiles);
    String first = regions.getFirst();
    this.connections = new AwsConnections(environment, profiles);
    this.roles =
        new RoleCredentials(environment, connections, first, endpoints.of("sts", first, null));
    this.credentials = new AwsCredentials(settings, environment, profiles, roles);
  }

  List<String> names() {
    return regions;
  }

  /**
   * The answers of regions.
   *
   * @param missing the regions that did not answer and that the settings skip
   */
  record Answer(List<FoundInstance> found, List<HostList.Missing> missing) {
    boolean isMissing(String region) {
      return missing.stream().anyMatch(one -> one.part().equals(region));
    }
  }

  /** Queries all regions. A region that fails is an error, unless the settings skip it. */
  Answer ask(List<Filter> filters) {
    Credentials used = Calls.one(credentials::resolve, CREDENTIALS_TIMEOUT);
    List<Callable<List<FoundInstance>>> calls = new ArrayList<>();
    regions.forEach(region -> calls.add(() -> InstancePages.read(client(region), region, filters)));
    List<FoundInstance> found = new ArrayList<>();
    Map<String, DeployException> failures = new LinkedHashMap<>();
    List<Calls.Ended<List<FoundInstance>>> ended = Calls.all(calls, environment.timeouts().whole());
    for (int i = 0; i < ended.size(); i++) {
      switch (ended.get(i)) {
        case Calls.Ended.Value<List<FoundInstance>>(List<FoundInstance> some) -> found.addAll(some);
        case Calls.Ended.Failed<List<FoundInstance>>(Throwable cause) ->
            failures.put(regions.get(i), explained(cause, regions.get(i), used));
      }
    }
    settle(failures.values());
    List<HostList.Missing> missing = new ArrayList<>();
    failures.forEach(
        (region, failure) -> missing.add(new HostList.Missing(region, failure.reason())));
    return new Answer(found, missing);
  }

  private DeployException explained(Throwable cause, String region, Credentials used) {
    return new AwsFailures(environment.timeouts())
        .explain(
            cause,
            "EC2 in " + region,
            endpoints.of("ec2", region, settings.endpoint()),
            used.source());
  }

  private void settle(Collection<DeployException> failures) {
    if (failures.isEmpty()) {
      return;
    }
    DeployException first = failures.iterator().next();
    if (failures.size() < regions.size() && settings.skipFailingRegions()) {
      for (DeployException failure : failures) {
        String warning = "left out: " + failure.getMessage();
        // The query is repeated while hosts are silent: one warning is enough.
        if (warned.add(warning)) {
          environment.warnings().accept(warning);
        }
      }
      return;
    }
    if (failures.size() == 1) {
      throw first;
    }
    throw new DeployException(
        first.kind(),
        failures.stream().map(Throwable::getMessage).distinct().collect(Collectors.joining("; ")),
        first.hint(),
        first);
  }

  /** Returns the owner of the credentials, or empty where that takes long. */
  String caller() {
    try {
      return Calls.one(() -> roles.caller(credentials.resolve()), CALLER_LIMIT);
    } catch (DeployException e) {
      if (e.kind() == FailureKind.INTERRUPTED) {
        throw e;
      }
      return "";
    } catch (RuntimeException e) {
      return "";
    }
  }

  /** Returns the owner of the credentials; the user may be asked for a code first. */
  String identity() {
    Credentials used = Calls.one(credentials::resolve, CREDENTIALS_TIMEOUT);
    try {
      return Calls.one(() -> roles.caller(used), CALLER_LIMIT);
    } catch (RuntimeException e) {
      String first = regions.getFirst();
      throw new AwsFailures(environment.timeouts())
          .explain(e, "STS in " + first, endpoints.of("sts", first, null), used.source());
    }
  }

  private AmazonEC2 client(String region) {
    return clients.computeIfAbsent(
        region,
        name ->
            new InstancesClient(
                new AwsQuery(
                    "ec2",
                    name,
                    endpoints.of("ec2", name, settings.endpoint()),
                    credentials,
                    connections)));
  }
}
