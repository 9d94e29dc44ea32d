package dev.deployctl.export.ecs;

import dev.deployctl.event.DefinitionEvents.Definition;
import dev.deployctl.event.DefinitionEvents.Limits;
import dev.deployctl.event.DefinitionEvents.ProcessHealth;
import dev.deployctl.event.DefinitionEvents.Security;
import dev.deployctl.event.DefinitionEvents.WebPart;
import dev.deployctl.export.AppAsRun;
import dev.deployctl.export.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes the task definition of each part of an app. */
final class Tasks {
  private static final int CPU_UNITS = 1024;
  private static final long NANO = 1_000_000_000;
  private static final int LONGEST_START = 300;

  private final AppAsRun app;
  private final Definition definition;
  private final Map<String, String> origins;
  private final @Nullable Integer port;

  /**
   * @param origins the parameter path or secret of each variable, where the hosts read from AWS
   * @param port the port to listen on, in place of that of the definition; null for that one
   */
  Tasks(AppAsRun app, Map<String, String> origins, @Nullable Integer port) {
    this.app = app;
    this.definition = app.definition();
    this.origins = origins;
    this.port = port;
  }

  /** Returns the family of the tasks of a part, which is also the name of its service. */
  String family(Part part) {
    return app.app() + "-" + part.name();
  }

  /** Returns the port that the web part listens on in its container. */
  int port() {
    return port != null ? port : Objects.requireNonNull(definition.web()).containerPort();
  }

  TaskDefinition of(Part part) {
    Long cpus = part.limits().nanoCpus();
    return new TaskDefinition(
        family(part),
        definition.network().equals("host") ? "host" : "bridge",
        List.of("EC2"),
        Placeholder.EXECUTION_ROLE,
        cpus == null ? null : String.valueOf(Math.max(128, cpus * CPU_UNITS / NANO)),
        List.of(container(part)),
        definition.volumes().stream()
            .map(
                volume ->
                    new TaskDefinition.HostVolume(
                        volume.name(), new TaskDefinition.HostPath(volume.host())))
            .toList());
  }

  private TaskDefinition.Container container(Part part) {
    return new TaskDefinition.Container(
        part.name(),
        app.image(),
        true,
        part.command().stream().map(Placeholder::literal).toList(),
        part.limits().memory() >> 20,
        ports(part),
        part.isWeb() ? List.of(portVariable()) : List.of(),
        app.variables().stream().map(this::secret).toList(),
        definition.volumes().stream()
            .map(
                volume ->
                    new TaskDefinition.MountPoint(
                        volume.name(), volume.container(), volume.readOnly()))
            .toList(),
        ulimits(part.limits()),
        definition.user(),
        definition.security().readOnly(),
        definition.security().privileges() ? List.of() : List.of("no-new-privileges"),
        linux(definition.security()),
        health(part.health()),
        part.stopTimeoutSeconds(),
        logs(part));
  }

  /** Returns the variables of which no host said where AWS has them. */
  List<String> withoutOrigin() {
    return app.keepsVariablesInAws()
        ? app.variables().stream().filter(name -> !origins.containsKey(name)).toList()
        : List.of();
  }

  private List<TaskDefinition.PortMapping> ports(Part part) {
    if (!part.isWeb()) {
      return List.of();
    }
    int onHost = definition.network().equals("host") ? port() : 0;
    return List.of(new TaskDefinition.PortMapping(port(), onHost, "tcp"));
  }

  private TaskDefinition.Variable portVariable() {
    WebPart web = Objects.requireNonNull(definition.web());
    return new TaskDefinition.Variable(web.portEnv(), String.valueOf(port()));
  }

  private TaskDefinition.Secret secret(String name) {
    return new TaskDefinition.Secret(name, valueFrom(name));
  }

  /** Values in files and in etcd have to be copied; a parameter below the app's name is theirs. */
  private String valueFrom(String name) {
    String origin = origins.get(name);
    return switch (definition.env().source()) {
      case "ssm" -> (origin == null ? "/" + app.app() + "/" : origin) + name;
      case "secretsmanager" ->
          (origin == null
                  ? Placeholder.secretArn(app.app().name())
                  : origin.startsWith("arn:") ? origin : Placeholder.secretArn(origin))
              + ":"
              + name
              + "::";
      default -> "/" + app.app() + "/" + name;
    };
  }

  private static List<TaskDefinition.Ulimit> ulimits(Limits limits) {
    Integer files = limits.nofile();
    return files == null ? List.of() : List.of(new TaskDefinition.Ulimit("nofile", files, files));
  }

  private static TaskDefinition.@Nullable LinuxParameters linux(Security security) {
    boolean capabilities = !security.capAdd().isEmpty() || !security.capDrop().isEmpty();
    if (!capabilities && !security.readOnly()) {
      return null;
    }
    return new TaskDefinition.LinuxParameters(
        capabilities
            ? new TaskDefinition.Capabilities(security.capAdd(), security.capDrop())
            : null,
        security.readOnly()
            ? List.of(
                new TaskDefinition.Tmpfs("/tmp", 64, List.of("rw", "noexec", "nosuid", "nodev")))
            : List.of());
  }

  private static TaskDefinition.@Nullable HealthCheck health(@Nullable ProcessHealth health) {
    if (health == null || !health.type().equals("exec")) {
      return null;
    }
    List<String> command = new ArrayList<>(List.of("CMD"));
    health.command().stream().map(Placeholder::literal).forEach(command::add);
    int start = Math.min(Part.seconds(health.deadlineMs()), LONGEST_START);
    return new TaskDefinition.HealthCheck(command, 30, 5, 3, start);
  }

  private TaskDefinition.LogConfiguration logs(Part part) {
    return new TaskDefinition.LogConfiguration(
        "awslogs",
        new TreeMap<>(
            Map.of(
                "awslogs-group",
                "/ecs/" + app.app(),
                "awslogs-create-group",
                "true",
                "awslogs-region",
                Placeholder.REGION,
                "awslogs-stream-prefix",
                part.name())));
  }
}
