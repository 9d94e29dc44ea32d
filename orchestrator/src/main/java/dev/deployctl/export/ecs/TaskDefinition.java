package dev.deployctl.export.ecs;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The input of RegisterTaskDefinition.
 *
 * @param cpu the limit of the task in units of 1/1024 of a CPU; null for none
 */
record TaskDefinition(
    @JsonProperty String family,
    @JsonProperty String networkMode,
    @JsonProperty List<String> requiresCompatibilities,
    @JsonProperty String executionRoleArn,
    @JsonProperty @Nullable String cpu,
    @JsonProperty List<Container> containerDefinitions,
    @JsonProperty List<HostVolume> volumes) {

  /**
   * A container of a task.
   *
   * @param memory the hard limit in MiB
   */
  record Container(
      @JsonProperty String name,
      @JsonProperty String image,
      @JsonProperty boolean essential,
      @JsonProperty List<String> command,
      @JsonProperty long memory,
      @JsonProperty List<PortMapping> portMappings,
      @JsonProperty List<Variable> environment,
      @JsonProperty List<Secret> secrets,
      @JsonProperty List<MountPoint> mountPoints,
      @JsonProperty List<Ulimit> ulimits,
      @JsonProperty @Nullable String user,
      @JsonProperty boolean readonlyRootFilesystem,
      @JsonProperty List<String> dockerSecurityOptions,
      @JsonProperty @Nullable LinuxParameters linuxParameters,
      @JsonProperty @Nullable HealthCheck healthCheck,
      @JsonProperty long stopTimeout,
      @JsonProperty LogConfiguration logConfiguration) {}

  /**
   * A port of a container.
   *
   * @param hostPort 0 for any free one
   */
  record PortMapping(
      @JsonProperty int containerPort, @JsonProperty int hostPort, @JsonProperty String protocol) {}

  record Variable(@JsonProperty String name, @JsonProperty String value) {}

  /**
   * A variable whose value ECS reads when a task starts.
   *
   * @param valueFrom the name of a parameter, or the ARN of a secret and the key in it
   */
  record Secret(@JsonProperty String name, @JsonProperty String valueFrom) {}

  record HostVolume(@JsonProperty String name, @JsonProperty HostPath host) {}

  record HostPath(@JsonProperty String sourcePath) {}

  record MountPoint(
      @JsonProperty String sourceVolume,
      @JsonProperty String containerPath,
      @JsonProperty boolean readOnly) {}

  record Ulimit(
      @JsonProperty String name, @JsonProperty int softLimit, @JsonProperty int hardLimit) {}

  record LinuxParameters(
      @JsonProperty @Nullable Capabilities capabilities, @JsonProperty List<Tmpfs> tmpfs) {}

  record Capabilities(@JsonProperty List<String> add, @JsonProperty List<String> drop) {}

  /** A file system in memory, {@code size} in MiB. */
  record Tmpfs(
      @JsonProperty String containerPath,
      @JsonProperty int size,
      @JsonProperty List<String> mountOptions) {}

  /** A command inside the container, with times in seconds. */
  record HealthCheck(
      @JsonProperty List<String> command,
      @JsonProperty int interval,
      @JsonProperty int timeout,
      @JsonProperty int retries,
      @JsonProperty int startPeriod) {}

  record LogConfiguration(
      @JsonProperty String logDriver, @JsonProperty Map<String, String> options) {}
}
