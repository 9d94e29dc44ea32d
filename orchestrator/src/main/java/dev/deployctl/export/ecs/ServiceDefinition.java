package dev.deployctl.export.ecs;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The input of CreateService and UpdateService; ecspresso adds cluster, name and task definition.
 *
 * @param healthCheckGracePeriodSeconds null without a load balancer
 */
record ServiceDefinition(
    @JsonProperty int desiredCount,
    @JsonProperty String launchType,
    @JsonProperty String schedulingStrategy,
    @JsonProperty DeploymentConfiguration deploymentConfiguration,
    @JsonProperty List<LoadBalancer> loadBalancers,
    @JsonProperty @Nullable Integer healthCheckGracePeriodSeconds,
    @JsonProperty List<PlacementConstraint> placementConstraints,
    @JsonProperty List<PlacementStrategy> placementStrategy,
    @JsonProperty boolean enableExecuteCommand) {

  /** The overlap of old and new tasks, in percent of the desired count. */
  record DeploymentConfiguration(
      @JsonProperty int minimumHealthyPercent,
      @JsonProperty int maximumPercent,
      @JsonProperty CircuitBreaker deploymentCircuitBreaker) {}

  record CircuitBreaker(@JsonProperty boolean enable, @JsonProperty boolean rollback) {}

  record LoadBalancer(
      @JsonProperty String containerName,
      @JsonProperty int containerPort,
      @JsonProperty String targetGroupArn) {}

  record PlacementConstraint(@JsonProperty String type, @JsonProperty String expression) {}

  record PlacementStrategy(@JsonProperty String type, @JsonProperty String field) {}
}
