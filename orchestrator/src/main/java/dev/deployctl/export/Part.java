package dev.deployctl.export;

import dev.deployctl.event.DefinitionEvents.Definition;
import dev.deployctl.event.DefinitionEvents.Limits;
import dev.deployctl.event.DefinitionEvents.ProcessHealth;
import dev.deployctl.event.DefinitionEvents.ProcessPart;
import dev.deployctl.event.DefinitionEvents.WebPart;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The web part of an app, or one of its processes.
 *
 * @param command empty for the image's own
 * @param perHost containers on one host
 * @param stopSignal null for the image's own
 * @param roles it runs on hosts with one of these; on all hosts if empty
 * @param stopFirst whether old containers end before new ones start
 * @param health null for the web part
 */
public record Part(
    String name,
    List<String> command,
    int perHost,
    Limits limits,
    long stopTimeoutSeconds,
    @Nullable String stopSignal,
    List<String> roles,
    boolean stopFirst,
    @Nullable ProcessHealth health) {
  static final String WEB = "web";

  /** Returns the parts of an app, the web part first. */
  static List<Part> of(Definition app) {
    List<Part> parts = new ArrayList<>();
    WebPart web = app.web();
    if (web != null) {
      parts.add(
          new Part(
              WEB,
              web.command(),
              web.instances(),
              app.resources(),
              seconds(app.drain().stopTimeoutMs()),
              null,
              List.of(),
              stopFirst(web.order()),
              null));
    }
    for (ProcessPart process : app.processes()) {
      parts.add(
          new Part(
              process.process(),
              process.command(),
              process.instances(),
              process.resources(),
              seconds(process.stopTimeoutMs()),
              process.stopSignal(),
              process.roles(),
              stopFirst(process.order()),
              process.health()));
    }
    return parts.isEmpty() ? List.of(forSchedules(app)) : parts;
  }

  /** Returns the part of an app that has nothing but schedules: it has no containers. */
  private static Part forSchedules(Definition app) {
    ProcessHealth none = new ProcessHealth("running", 0, List.of(), 0);
    long stop = seconds(app.drain().stopTimeoutMs());
    return new Part("task", List.of(), 0, app.resources(), stop, null, List.of(), false, none);
  }

  /** Returns whether it is the part behind the virtual host. */
  public boolean isWeb() {
    return health == null;
  }

  /** Returns whether it runs on a host with these roles. */
  boolean runsOn(List<String> hostRoles) {
    return roles.isEmpty() || roles.stream().anyMatch(hostRoles::contains);
  }

  /** Returns a time in whole seconds, rounded up. */
  public static int seconds(long milliseconds) {
    return Math.toIntExact(Math.ceilDiv(milliseconds, 1000L));
  }

  private static boolean stopFirst(String order) {
    return order.equals("stop-first");
  }
}
