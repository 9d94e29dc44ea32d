package dev.deployctl.export.ecs;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.deployctl.event.DefinitionEvents.WebHealth;
import dev.deployctl.export.Part;

/** The input of CreateTargetGroup, without the VPC. Times are in seconds. */
record TargetGroup(
    @JsonProperty("Name") String name,
    @JsonProperty("Protocol") String protocol,
    @JsonProperty("Port") int port,
    @JsonProperty("TargetType") String targetType,
    @JsonProperty("HealthCheckProtocol") String healthCheckProtocol,
    @JsonProperty("HealthCheckPath") String healthCheckPath,
    @JsonProperty("HealthCheckIntervalSeconds") int interval,
    @JsonProperty("HealthCheckTimeoutSeconds") int timeout,
    @JsonProperty("HealthyThresholdCount") int healthyThreshold,
    @JsonProperty("UnhealthyThresholdCount") int unhealthyThreshold,
    @JsonProperty("Matcher") Matcher matcher) {

  /** The status codes of a healthy target, such as {@code 200-299}. */
  record Matcher(@JsonProperty("HttpCode") String httpCode) {}

  private static final int LONGEST_NAME = 32;

  /** Returns the group for the tasks of an app, within the limits of a load balancer. */
  static TargetGroup of(String app, int port, WebHealth health) {
    int timeout = Math.clamp(Part.seconds(health.timeoutMs()), 2, 120);
    boolean http = health.type().equals("http");
    return new TargetGroup(
        name(app),
        "HTTP",
        port,
        "instance",
        "HTTP",
        http ? health.path() : "/",
        Math.clamp(Math.max(Part.seconds(health.intervalMs()), timeout + 1), 5, 300),
        timeout,
        Math.clamp(health.successes(), 2, 10),
        2,
        new Matcher(http ? String.join(",", health.expect()) : "200-499"));
  }

  private static String name(String app) {
    String name = app.substring(0, Math.min(app.length(), LONGEST_NAME));
    return name.endsWith("-") ? name.substring(0, name.length() - 1) : name;
  }
}
