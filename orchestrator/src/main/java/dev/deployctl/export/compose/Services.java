package dev.deployctl.export.compose;

import dev.deployctl.event.DefinitionEvents.Definition;
import dev.deployctl.event.DefinitionEvents.Limits;
import dev.deployctl.event.DefinitionEvents.ProcessHealth;
import dev.deployctl.event.DefinitionEvents.Security;
import dev.deployctl.event.DefinitionEvents.WebPart;
import dev.deployctl.export.AppAsRun;
import dev.deployctl.export.Part;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes the services of an app. */
final class Services {
  private static final double NANO = 1e9;
  private static final List<String> MODES = List.of("host", "none");
  private static final ComposeFile.HealthCheck NO_CHECK =
      new ComposeFile.HealthCheck(true, List.of(), null, null, null, null);

  private final AppAsRun app;
  private final Definition definition;
  private final @Nullable Integer port;

  /**
   * @param port the port to listen on, in place of that of the definition; null for that one
   */
  Services(AppAsRun app, @Nullable Integer port) {
    this.app = app;
    this.definition = app.definition();
    this.port = port;
  }

  /** Returns the port that the web part listens on in its container. */
  int port() {
    return port != null ? port : Objects.requireNonNull(definition.web()).containerPort();
  }

  /** Returns a service that is always up. */
  ComposeFile.Service always(Part part) {
    return service(part, List.of(), part.command(), ports(part), health(part), "unless-stopped");
  }

  /** Returns a service that is run by hand, and ends by itself. */
  ComposeFile.Service once(String profile, List<String> command) {
    ProcessHealth unchecked = new ProcessHealth("running", 0, List.of(), 0);
    Part part =
        new Part(
            profile,
            command,
            1,
            definition.resources(),
            Part.seconds(definition.drain().stopTimeoutMs()),
            null,
            List.of(),
            false,
            unchecked);
    return service(part, List.of(profile), command, List.of(), NO_CHECK, "no");
  }

  private ComposeFile.Service service(
      Part part,
      List<String> profiles,
      List<String> command,
      List<String> ports,
      ComposeFile.@Nullable HealthCheck health,
      String restart) {
    Security security = definition.security();
    boolean mode = MODES.contains(definition.network());
    return new ComposeFile.Service(
        app.image(),
        profiles,
        command.stream().map(Services::literal).toList(),
        part.perHost() == 1 ? null : part.perHost(),
        definition.user(),
        mode ? definition.network() : null,
        mode || definition.network().equals("bridge") ? List.of() : List.of(definition.network()),
        ports,
        environment(part),
        definition.volumes().stream()
            .map(
                volume ->
                    new ComposeFile.Mount(
                        "bind",
                        literal(volume.host()),
                        literal(volume.container()),
                        volume.readOnly()))
            .toList(),
        security.readOnly(),
        security.readOnly() ? List.of("/tmp:rw,noexec,nosuid,nodev,size=64m") : List.of(),
        security.capAdd(),
        security.capDrop(),
        security.privileges() ? List.of() : List.of("no-new-privileges:true"),
        size(part.limits().memory()),
        cpus(part.limits()),
        part.limits().pids(),
        files(part.limits()),
        health,
        restart,
        part.stopSignal(),
        part.stopTimeoutSeconds() + "s",
        new ComposeFile.Logging(
            "json-file", new TreeMap<>(Map.of("max-size", "20m", "max-file", "5"))));
  }

  /** Required variables have a form without which Compose refuses to start anything. */
  private Map<String, @Nullable String> environment(Part part) {
    Map<String, @Nullable String> values = new LinkedHashMap<>();
    if (part.isWeb()) {
      WebPart web = Objects.requireNonNull(definition.web());
      values.put(web.portEnv(), String.valueOf(port()));
    }
    for (String name : app.variables()) {
      values.put(name, app.requires(name) ? "${" + name + ":?is not set}" : null);
    }
    return values;
  }

  private List<String> ports(Part part) {
    if (!part.isWeb() || MODES.contains(definition.network())) {
      return List.of();
    }
    int last = port() + part.perHost() - 1;
    String published = last == port() ? String.valueOf(last) : port() + "-" + last;
    return List.of("127.0.0.1:" + published + ":" + port());
  }

  private static ComposeFile.@Nullable HealthCheck health(Part part) {
    ProcessHealth health = part.health();
    if (health == null || health.type().equals("docker")) {
      return null;
    }
    if (!health.type().equals("exec")) {
      return NO_CHECK;
    }
    List<String> test = new ArrayList<>(List.of("CMD"));
    health.command().stream().map(Services::literal).forEach(test::add);
    String start = Part.seconds(health.deadlineMs()) + "s";
    return new ComposeFile.HealthCheck(null, test, "30s", "5s", 3, start);
  }

  private static @Nullable Double cpus(Limits limits) {
    Long cpus = limits.nanoCpus();
    return cpus == null ? null : cpus / NANO;
  }

  private static Map<String, Integer> files(Limits limits) {
    Integer files = limits.nofile();
    return files == null ? Map.of() : Map.of("nofile", files);
  }

  private static String size(long bytes) {
    return bytes % (1 << 20) == 0 ? (bytes >> 20) + "m" : bytes + "b";
  }

  /** Returns text in which Compose finds no variable. */
  private static String literal(String text) {
    return text.replace("$", "$$");
  }
}
