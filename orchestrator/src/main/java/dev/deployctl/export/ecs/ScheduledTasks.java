package dev.deployctl.export.ecs;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** The configuration of ecschedule. */
record ScheduledTasks(
    @JsonProperty String region, @JsonProperty String cluster, @JsonProperty List<Rule> rules) {

  /** A rule of EventBridge that starts a task. */
  record Rule(
      @JsonProperty String name,
      @JsonProperty String description,
      @JsonProperty @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean disabled,
      @JsonProperty String scheduleExpression,
      @JsonProperty String taskDefinition,
      @JsonProperty List<CommandOverride> containerOverrides) {}

  /** The command of a container, in place of that of its task definition. */
  record CommandOverride(@JsonProperty String name, @JsonProperty List<String> command) {}

  /** The overrides of one task, for {@code ecspresso run --overrides-file}. */
  record Overrides(@JsonProperty List<CommandOverride> containerOverrides) {}
}
