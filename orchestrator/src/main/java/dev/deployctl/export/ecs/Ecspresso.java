package dev.deployctl.export.ecs;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The configuration of ecspresso for one service. Paths are relative to its directory. */
record Ecspresso(
    @JsonProperty String region,
    @JsonProperty String cluster,
    @JsonProperty String service,
    @JsonProperty("service_definition") String serviceDefinition,
    @JsonProperty("task_definition") String taskDefinition,
    @JsonProperty String timeout) {}
