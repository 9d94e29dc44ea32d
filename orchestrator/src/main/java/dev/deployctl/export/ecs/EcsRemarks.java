package dev.deployctl.export.ecs;

import dev.deployctl.event.DefinitionEvents.Definition;
import dev.deployctl.event.DefinitionEvents.Timer;
import dev.deployctl.event.DefinitionEvents.WebHealth;
import dev.deployctl.export.AppAsRun;
import dev.deployctl.export.CommonRemarks;
import dev.deployctl.export.Part;
import dev.deployctl.export.Remark;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The parts of an app that do not map to ECS. */
final class EcsRemarks {
  private static final Set<String> UTC = Set.of("UTC", "Etc/UTC", "GMT", "Etc/GMT");
  private static final int LONGEST_STOP = 120;

  private final AppAsRun app;
  private final Definition definition;
  private final Tasks tasks;
  private final CommonRemarks remarks;

  EcsRemarks(AppAsRun app, Tasks tasks) {
    this.app = app;
    this.definition = app.definition();
    this.tasks = tasks;
    this.remarks = new CommonRemarks(app);
  }

  static boolean isUtc(Timer timer) {
    return timer.timezone() != null && UTC.contains(timer.timezone());
  }

  List<Remark> all() {
    environment();
    unknownOrigins();
    web();
    containers();
    processes();
    release();
    schedules();
    around();
    return remarks.all();
  }

  private void environment() {
    if (app.variables().isEmpty()) {
      return;
    }
    switch (definition.env().source()) {
      case "ssm", "secretsmanager" ->
          remarks.add(
              "[env] source",
              "ECS reads each value when a task starts, not when a release is deployed.",
              "Allow the execution role to read them; after a change of a value start new tasks.");
      case "none" ->
          remarks.add("[env]", "Nothing provides the variables.", "Remove them from secrets.");
      default ->
          remarks.add(
              "[env] source = " + definition.env().source(),
              "The values are on the hosts; none of them is in these files.",
              "Create the parameters /"
                  + app.app()
                  + "/NAME that secrets names, as SecureString, and allow the execution role to"
                  + " read them.");
    }
  }

  private void unknownOrigins() {
    List<String> unknown = tasks.withoutOrigin();
    if (!unknown.isEmpty()) {
      remarks.add(
          "[env] roots",
          "Where AWS has them was not answered: " + String.join(", ", unknown) + ".",
          "Correct valueFrom of each.");
    }
  }

  private void web() {
    if (definition.web() == null) {
      return;
    }
    remarks.socket(definition, tasks.port());
    remarks.virtualHost(
        definition,
        "Say the same in the listener of the load balancer; target-group.json has the"
            + " health check.");
    WebHealth health = definition.health();
    if (health != null) {
      health(health);
    }
    remarks.add(
        "[drain] timeout",
        "Old tasks keep their connections for the deregistration delay of the target group.",
        "Set deregistration_delay.timeout_seconds to "
            + Part.seconds(definition.drain().timeoutMs())
            + ".");
    remarks.assets(
        definition, "Serve them from S3 and CloudFront, or make clients bear a missing file.");
    if (!List.of("bridge", "host").contains(definition.network())) {
      remarks.add(
          "[app] network = " + definition.network(),
          "A network of the hosts is not there; the tasks are in Docker's bridge.",
          "Use networkMode awsvpc where tasks must reach each other by address.");
    }
  }

  private void health(WebHealth health) {
    if (health.type().equals("docker")) {
      remarks.add(
          "[health] type = docker",
          "ECS ignores the HEALTHCHECK of an image.",
          "Write its command into healthCheck of ecs-task-def.json.");
    } else if (health.type().equals("tcp")) {
      remarks.add(
          "[health] type = tcp",
          "An application load balancer checks by HTTP.",
          "Name a path in target-group.json, or use a network load balancer.");
    }
    if (!health.headers().isEmpty()) {
      remarks.add(
          "[health] headers",
          "A load balancer sends no headers of your own: "
              + String.join(", ", health.headers())
              + ".",
          "Make " + health.path() + " answer without them.");
    }
    if (health.minHealthyMs() > 0) {
      remarks.add(
          "[health] min-healthy",
          "A deployment is complete as soon as its tasks are healthy.",
          "Add CloudWatch alarms to deploymentConfiguration.");
    }
    remarks.add(
        "[health] interval, host",
        "A load balancer checks at most every 5s, with the address of the task as Host.",
        "Make " + health.path() + " answer for any Host.");
  }

  private void containers() {
    remarks.add(
        "[resources] pids",
        "A task definition has no limit of processes.",
        "Set ECS_TASK_PIDS_LIMIT in the agent's configuration of the instances.");
    remarks.volumes(definition, "Instances have none of the directories of the hosts.");
    if (!definition.security().capAdd().isEmpty() || definition.security().readOnly()) {
      remarks.add(
          "[security]",
          "Added capabilities and file systems in memory need EC2 instances.",
          "Remove them from linuxParameters for Fargate.");
    }
    Set<String> slow = new TreeSet<>();
    for (Part part : app.parts()) {
      if (part.stopTimeoutSeconds() > LONGEST_STOP) {
        slow.add(part.name());
      }
    }
    if (!slow.isEmpty()) {
      remarks.add(
          "stop-timeout",
          "More than 120s is possible on EC2 instances only: " + String.join(", ", slow) + ".",
          "Shorten it for Fargate.");
    }
  }

  private void processes() {
    for (Part part : app.parts()) {
      String section = "[process " + part.name() + "] ";
      if (part.stopSignal() != null) {
        remarks.add(
            section + "stop-signal",
            "A task definition has no stop signal.",
            "Write STOPSIGNAL " + part.stopSignal() + " into the Dockerfile.");
      }
      if (!part.roles().isEmpty()) {
        remarks.add(
            section + "roles",
            "Instances have no roles.",
            "Give instances the attribute role, or remove placementConstraints.");
      }
      if (part.stopFirst()) {
        remarks.add(
            (part.isWeb() ? "[app] " : section) + "order = stop-first",
            "ECS stops as many old tasks as it likes before new ones run (minimumHealthyPercent"
                + " 0).",
            "Users get errors in between; where two tasks must never run at once, use a lock.");
      }
      if (part.health() != null && part.health().type().equals("exec")) {
        remarks.add(
            section + "health = exec",
            "ECS asks for ever, and replaces a task that fails three times; today it is asked only"
                + " while a release starts.",
            "Check interval and retries in healthCheck.");
      } else if (part.health() != null && part.health().type().equals("docker")) {
        remarks.add(
            section + "health = docker",
            "ECS ignores the HEALTHCHECK of an image.",
            "Write its command into healthCheck of ecs-task-def.json.");
      }
    }
  }

  private void release() {
    if (definition.releaseCommand() != null) {
      remarks.add(
          "[release] command",
          "A deployment of ECS runs no command before it.",
          "Run it first, from the new image, and deploy only if it exits 0: see NOTES.md."
              + (definition.releaseCommand().check().isEmpty() ? "" : " Nothing runs its check."));
    }
  }

  private void schedules() {
    for (Timer timer : definition.schedules()) {
      String section = "[schedule " + timer.schedule() + "]";
      if (!isUtc(timer)) {
        remarks.add(
            section + " timezone",
            "EventBridge rules are in UTC, and this schedule is not"
                + (timer.timezone() == null ? "" : " (" + timer.timezone() + ")")
                + ": its rule is disabled.",
            "Convert its times and remove disabled, or use EventBridge Scheduler.");
      }
      if (timer.on().equals("each")) {
        remarks.add(
            section + " on = each",
            "A rule starts one task, not one on each host.",
            "Check that one run is enough.");
      }
      remarks.add(
          section + " timeout, overlap",
          "A rule starts a task even if the last one still runs, and ends none.",
          "Limit it to "
              + Part.seconds(timer.timeoutMs())
              + "s in the command"
              + (timer.overlap().equals("skip") ? ", and take a lock there." : "."));
    }
  }

  private void around() {
    remarks.commands(definition, "Use run-task with the command as override, and limit it by IAM.");
    if (!definition.consoles().isEmpty()) {
      remarks.add(
          "[app] consoles",
          "ECS Exec opens a shell in a running task, not in a container of its own: "
              + String.join(", ", definition.consoles())
              + ".",
          "Give the tasks a task role for SSM (taskRoleArn), then: ecspresso exec.");
    }
    remarks.add(
        "[app] deployers, [env] editors",
        "Users and groups of the hosts have no rights in AWS.",
        "Give IAM roles the right to update these services.");
    remarks.policy(
        "Canary, batches, failure budget, gates, held releases, freezes and windows are"
            + " deployctl's own. ECS has its circuit breaker, which is enabled with rollback.",
        "Add CloudWatch alarms to deploymentConfiguration, and freezes to your pipeline.");
  }
}
