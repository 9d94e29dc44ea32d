package dev.deployctl.gates.cloudwatch;

import dev.deployctl.gates.Alarms;
import dev.deployctl.inventory.aws.AwsClients;
import dev.deployctl.inventory.aws.AwsConnections;
import dev.deployctl.inventory.aws.AwsCredentials;
import dev.deployctl.inventory.aws.AwsEndpoints;
import dev.deployctl.inventory.aws.AwsEnvironment;
import dev.deployctl.inventory.aws.AwsFailures;
import dev.deployctl.inventory.aws.AwsProfiles;
import dev.deployctl.inventory.aws.AwsQuery;
import dev.deployctl.inventory.aws.AwsRegions;
import dev.deployctl.inventory.aws.Calls;
import dev.deployctl.inventory.aws.RoleCredentials;
import dev.deployctl.model.InventorySettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads states of alarms with DescribeAlarms, with the credentials and the region of the inventory.
 * Nothing of AWS is loaded before the first question.
 */
public final class CloudWatchAlarms implements Alarms {
  /** The time for credentials, which may wait for a user to enter an MFA code. */
  private static final Duration CREDENTIALS_TIMEOUT = Duration.ofMinutes(5);

  private final InventorySettings.Ec2 settings;
  private final AwsEnvironment environment;
  private @Nullable Access access;

  /**
   * @param inventory gives profile, role and region where it is EC2
   */
  public CloudWatchAlarms(InventorySettings inventory, AwsEnvironment environment) {
    this.settings =
        inventory instanceof InventorySettings.Ec2 ec2
            ? ec2
            : InventorySettings.Ec2.inRegions(List.of());
    this.environment = environment;
  }

  /** Credentials and endpoints, found once: the user is asked for one MFA code only. */
  private record Access(
      AwsProfiles profiles,
      AwsEndpoints endpoints,
      AwsConnections connections,
      AwsCredentials credentials) {}

  @Override
  public synchronized List<State> states(
      List<String> names, @Nullable String wanted, Duration limit) {
    AwsClients.quiet();
    AwsProfiles profiles =
        access == null ? AwsProfiles.read(environment, settings.profile()) : access.profiles();
    String region =
        wanted == null
            ? AwsRegions.of(settings.regions(), environment, profiles).getFirst()
            : wanted;
    Access found = access == null ? access(profiles, region) : access;
    access = found;
    String source = Calls.one(found.credentials::resolve, CREDENTIALS_TIMEOUT).source();
    String endpoint = found.endpoints.of("cloudwatch", region, null);
    try (AwsQuery query =
        new AwsQuery("monitoring", region, endpoint, found.credentials, found.connections)) {
      return Calls.one(() -> query.call(parameters(names), DescribedAlarms::read), limit);
    } catch (RuntimeException failed) {
      throw new AwsFailures(environment.timeouts())
          .explain(failed, "CloudWatch in " + region, endpoint, source);
    }
  }

  private Access access(AwsProfiles profiles, String region) {
    AwsEndpoints endpoints = new AwsEndpoints(environment, profiles);
    AwsConnections connections = new AwsConnections(environment, profiles);
    RoleCredentials roles =
        new RoleCredentials(environment, connections, region, endpoints.of("sts", region, null));
    return new Access(
        profiles,
        endpoints,
        connections,
        new AwsCredentials(settings, environment, profiles, roles));
  }

  private static Map<String, String> parameters(List<String> names) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("Action", "DescribeAlarms");
    parameters.put("Version", "2010-08-01");
    // Without types CloudWatch leaves out composite alarms.
    parameters.put("AlarmTypes.member.1", "MetricAlarm");
    parameters.put("AlarmTypes.member.2", "CompositeAlarm");
    parameters.put("MaxRecords", "100");
    for (int i = 0; i < names.size(); i++) {
      parameters.put("AlarmNames.member." + (i + 1), names.get(i));
    }
    return parameters;
  }
}
