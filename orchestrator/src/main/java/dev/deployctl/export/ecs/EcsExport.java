package dev.deployctl.export.ecs;

import dev.deployctl.event.DefinitionEvents.Definition;
import dev.deployctl.event.DefinitionEvents.ReleaseStep;
import dev.deployctl.event.DefinitionEvents.Timer;
import dev.deployctl.event.DefinitionEvents.WebHealth;
import dev.deployctl.export.AppAsRun;
import dev.deployctl.export.CronTimes;
import dev.deployctl.export.Documents;
import dev.deployctl.export.Export;
import dev.deployctl.export.ExportFile;
import dev.deployctl.export.Part;
import dev.deployctl.export.Remark;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An app for ECS on EC2 instances: a service for each part in the form that ecspresso reads, a
 * target group, scheduled tasks in the form that ecschedule reads, and notes.
 */
public final class EcsExport {
  private final AppAsRun app;
  private final Definition definition;
  private final Tasks tasks;
  private final List<Part> parts;
  private final List<Remark> remarks;

  private EcsExport(AppAsRun app, Map<String, String> origins, @Nullable Integer port) {
    this.app = app;
    this.definition = app.definition();
    this.tasks = new Tasks(app, origins, port);
    this.parts = app.parts();
    this.remarks = new EcsRemarks(app, tasks).all();
  }

  /**
   * Returns the files of an app.
   *
   * @param origins the parameter path or secret of each variable, where the hosts read from AWS
   * @param port the port that the web part listens on; null for that of the definition
   */
  public static Export of(AppAsRun app, Map<String, String> origins, @Nullable Integer port) {
    EcsExport export = new EcsExport(app, origins, port);
    return new Export(export.files(), export.remarks);
  }

  private List<ExportFile> files() {
    List<ExportFile> files = new ArrayList<>();
    List<String> head = new ArrayList<>();
    head.add(
        app.app()
            + " "
            + app.label()
            + " as "
            + app.hosts()
            + " hosts run it. Does not map to ECS:");
    head.addAll(Documents.sentences(remarks));
    for (Part part : parts) {
      files.add(configuration(part, head));
      files.add(new ExportFile(part.name() + "/ecs-task-def.json", Documents.json(tasks.of(part))));
      files.add(
          new ExportFile(part.name() + "/ecs-service-def.json", Documents.json(service(part))));
      head = List.of("What does not map to ECS: " + parts.getFirst().name() + "/ecspresso.yml");
    }
    WebHealth health = definition.health();
    if (health != null) {
      TargetGroup group = TargetGroup.of(app.app().name(), tasks.port(), health);
      files.add(new ExportFile("target-group.json", Documents.json(group)));
    }
    ReleaseStep release = definition.releaseCommand();
    if (release != null) {
      ScheduledTasks.Overrides overrides =
          new ScheduledTasks.Overrides(List.of(override(release.command())));
      files.add(new ExportFile("release-overrides.json", Documents.json(overrides)));
    }
    if (!definition.schedules().isEmpty()) {
      files.add(schedules());
    }
    files.add(EcsNotes.of(app, remarks).file("NOTES.md"));
    return files;
  }

  private ExportFile configuration(Part part, List<String> head) {
    Ecspresso configuration =
        new Ecspresso(
            Placeholder.REGION,
            Placeholder.CLUSTER,
            tasks.family(part),
            "ecs-service-def.json",
            "ecs-task-def.json",
            "10m0s");
    return new ExportFile(part.name() + "/ecspresso.yml", Documents.yaml(head, configuration));
  }

  private ServiceDefinition service(Part part) {
    WebHealth health = part.isWeb() ? definition.health() : null;
    return new ServiceDefinition(
        app.instancesOf(part),
        "EC2",
        "REPLICA",
        new ServiceDefinition.DeploymentConfiguration(
            part.stopFirst() ? 0 : 100,
            part.stopFirst() ? 100 : 200,
            new ServiceDefinition.CircuitBreaker(true, true)),
        health == null
            ? List.of()
            : List.of(
                new ServiceDefinition.LoadBalancer(
                    part.name(), tasks.port(), Placeholder.TARGET_GROUP)),
        health == null ? null : Part.seconds(health.deadlineMs()),
        part.roles().isEmpty()
            ? List.of()
            : List.of(
                new ServiceDefinition.PlacementConstraint(
                    "memberOf", "attribute:role in [" + String.join(", ", part.roles()) + "]")),
        List.of(
            new ServiceDefinition.PlacementStrategy("spread", "attribute:ecs.availability-zone"),
            new ServiceDefinition.PlacementStrategy("spread", "instanceId")),
        !definition.consoles().isEmpty());
  }

  private ExportFile schedules() {
    List<ScheduledTasks.Rule> rules = new ArrayList<>();
    List<String> head = new ArrayList<>();
    head.add("ecschedule -conf ecschedule.yml apply -all. EventBridge rules are in UTC.");
    for (Timer timer : definition.schedules()) {
      CronTimes times = CronTimes.of(timer.at()).orElse(null);
      if (times == null) {
        head.add("- " + timer.schedule() + " is missing: cron has no form for " + timer.at());
        continue;
      }
      boolean shifted = !EcsRemarks.isUtc(timer);
      rules.add(
          new ScheduledTasks.Rule(
              app.app() + "-" + timer.schedule(),
              timer.at() + " " + Objects.requireNonNullElse(timer.timezone(), "in the hosts' zone"),
              shifted,
              times.eventBridge(),
              tasks.family(parts.getFirst()),
              List.of(override(timer.command()))));
      if (shifted) {
        head.add("- " + timer.schedule() + " is disabled: convert its times to UTC first.");
      }
    }
    ScheduledTasks all = new ScheduledTasks(Placeholder.REGION, Placeholder.CLUSTER, rules);
    return new ExportFile("ecschedule.yml", Documents.yaml(head, all));
  }

  private ScheduledTasks.CommandOverride override(List<String> command) {
    return new ScheduledTasks.CommandOverride(
        parts.getFirst().name(), command.stream().map(Placeholder::literal).toList());
  }
}
