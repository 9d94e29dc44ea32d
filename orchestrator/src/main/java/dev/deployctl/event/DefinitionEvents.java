package dev.deployctl.event;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The event of the verb {@code definition}, and the sections of a definition. */
public interface DefinitionEvents {
  /**
   * How an app is defined on a host. It has no value of the environment.
   *
   * @param roles of the host
   * @param variables the names in the environment of the live release
   * @param changed whether the definition was changed since the live release was deployed
   * @param web null where the app has no web part; then {@code vhost} and {@code health} are null
   */
  record Definition(
      long seq,
      @WhenAbsent("?") String app,
      @WhenAbsent("") String repository,
      List<String> roles,
      @Nullable LiveRelease live,
      List<String> variables,
      boolean changed,
      @Nullable String user,
      @WhenAbsent("bridge") String network,
      List<String> commands,
      List<String> consoles,
      @Nullable WebPart web,
      @Nullable VirtualHost vhost,
      @Nullable WebHealth health,
      @WhenAbsent("{}") EnvSource env,
      @WhenAbsent("{}") Limits resources,
      @WhenAbsent("{}") Security security,
      List<Volume> volumes,
      @WhenAbsent("{}") Drain drain,
      List<ProcessPart> processes,
      @Nullable ReleaseStep releaseCommand,
      List<Timer> schedules,
      @Nullable AssetFiles assets,
      OtherFields others)
      implements HostEvent {
    public Definition {
      roles = List.copyOf(roles);
      variables = List.copyOf(variables);
      commands = List.copyOf(commands);
      consoles = List.copyOf(consoles);
      volumes = List.copyOf(volumes);
      processes = List.copyOf(processes);
      schedules = List.copyOf(schedules);
    }

    /** Returns whether two hosts define the app in the same way, whatever is live on them. */
    public boolean agreesWith(Definition other) {
      return sections().equals(other.sections());
    }

    private List<@Nullable Object> sections() {
      return Arrays.asList(
          repository,
          user,
          network,
          commands,
          consoles,
          web,
          vhost,
          health,
          env,
          resources,
          security,
          volumes,
          drain,
          processes,
          releaseCommand,
          schedules,
          assets);
    }
  }

  /** The release that is live on a host. */
  record LiveRelease(
      @Nullable String release, @WhenAbsent("") String digest, @Nullable String tag) {}

  /**
   * The part behind the virtual host.
   *
   * @param mode socket or port
   * @param command empty for the image's own
   */
  record WebPart(
      @WhenAbsent("socket") String mode,
      @WhenAbsent("LISTEN_SOCKET") String pathEnv,
      @WhenAbsent("PORT") String portEnv,
      @WhenAbsent("8080") int containerPort,
      List<String> command,
      @WhenAbsent("1") int instances,
      @WhenAbsent("start-first") String order) {
    public WebPart {
      command = List.copyOf(command);
    }
  }

  /**
   * The virtual host.
   *
   * @param template whether the operators wrote its server block themselves
   * @param hstsMs null where nothing is said about it
   */
  record VirtualHost(
      List<String> serverName,
      List<String> listen,
      long clientMaxBodySize,
      boolean template,
      @WhenAbsent("60000") long readTimeoutMs,
      List<String> trustedProxies,
      boolean redirect,
      @Nullable Long hstsMs) {
    public VirtualHost {
      serverName = List.copyOf(serverName);
      listen = List.copyOf(listen);
      trustedProxies = List.copyOf(trustedProxies);
    }
  }

  /**
   * The conditions under which the web part counts as healthy.
   *
   * @param expect status codes such as {@code 200-299}
   * @param headers names of the headers that the probe sends
   */
  record WebHealth(
      @WhenAbsent("http") String type,
      @WhenAbsent("/") String path,
      @WhenAbsent("localhost") String host,
      List<String> expect,
      @WhenAbsent("500") long intervalMs,
      @WhenAbsent("5000") long timeoutMs,
      @WhenAbsent("2") int successes,
      @WhenAbsent("60000") long deadlineMs,
      long minHealthyMs,
      List<String> headers) {
    public WebHealth {
      expect = List.copyOf(expect);
      headers = List.copyOf(headers);
    }
  }

  /** The source of the environment. */
  record EnvSource(@WhenAbsent("none") String source, List<String> roots, List<String> required) {
    public EnvSource {
      roots = List.copyOf(roots);
      required = List.copyOf(required);
    }
  }

  /** The limits of a container; null where there is none. */
  record Limits(
      @WhenAbsent("536870912") long memory,
      @Nullable Long nanoCpus,
      @WhenAbsent("512") int pids,
      @Nullable Integer nofile) {}

  /** The security settings of all containers. */
  record Security(boolean readOnly, List<String> capAdd, List<String> capDrop, boolean privileges) {
    public Security {
      capAdd = List.copyOf(capAdd);
      capDrop = List.copyOf(capDrop);
    }
  }

  /** A directory of the host in all containers. */
  record Volume(
      @WhenAbsent("") String name,
      @WhenAbsent("") String host,
      @WhenAbsent("") String container,
      boolean readOnly) {}

  /** How long old connections may last, and containers may take to end. */
  record Drain(@WhenAbsent("60000") long timeoutMs, @WhenAbsent("30000") long stopTimeoutMs) {}

  /**
   * A part without port and virtual host, such as a worker.
   *
   * @param stopSignal null for the image's own
   * @param roles it runs on hosts with one of these; on all hosts if empty
   */
  record ProcessPart(
      @WhenAbsent("?") String process,
      List<String> command,
      @WhenAbsent("1") int instances,
      @WhenAbsent("{}") Limits resources,
      @WhenAbsent("30000") long stopTimeoutMs,
      @Nullable String stopSignal,
      List<String> roles,
      @WhenAbsent("start-first") String order,
      @WhenAbsent("{}") ProcessHealth health) {
    public ProcessPart {
      command = List.copyOf(command);
      roles = List.copyOf(roles);
    }
  }

  /**
   * The conditions under which an instance of a process counts as healthy.
   *
   * @param type running, docker or exec
   * @param command of exec
   */
  record ProcessHealth(
      @WhenAbsent("running") String type,
      @WhenAbsent("10000") long runningMs,
      List<String> command,
      @WhenAbsent("60000") long deadlineMs) {
    public ProcessHealth {
      command = List.copyOf(command);
    }
  }

  /** The command that a rollout runs once, before any host is switched. */
  record ReleaseStep(
      List<String> command, List<String> check, @WhenAbsent("600000") long timeoutMs) {
    public ReleaseStep {
      command = List.copyOf(command);
      check = List.copyOf(check);
    }
  }

  /**
   * A command that runs at set times.
   *
   * @param at in systemd's form
   * @param timezone null for the host's own
   * @param on each or one
   */
  record Timer(
      @WhenAbsent("?") String schedule,
      @WhenAbsent("") String at,
      @Nullable String timezone,
      List<String> command,
      @WhenAbsent("each") String on,
      List<String> roles,
      @WhenAbsent("3600000") long timeoutMs,
      @WhenAbsent("skip") String overlap) {
    public Timer {
      command = List.copyOf(command);
      roles = List.copyOf(roles);
    }
  }

  /** Files of the image that nginx serves. */
  record AssetFiles(@WhenAbsent("") String path, @WhenAbsent("") String url, int keep) {}
}
