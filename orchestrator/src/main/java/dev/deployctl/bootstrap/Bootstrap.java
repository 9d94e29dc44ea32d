package dev.deployctl.bootstrap;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostError;
import dev.deployctl.event.HostErrorKind;
import dev.deployctl.fleet.ConnectionLostException;
import dev.deployctl.fleet.HostCall;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.HostShell;
import dev.deployctl.fleet.HostUnreachableException;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.Host;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Plans and makes what a host needs, with the operator's own right to be root there. */
public final class Bootstrap {
  private static final String AGAIN = "the same command again continues where this one stopped";

  private final HostShell shell;
  private final Packaged packaged;
  private final SetupRequest request;

  public Bootstrap(HostShell shell, Packaged packaged, SetupRequest request) {
    this.shell = shell;
    this.packaged = packaged;
    this.request = request;
  }

  /** The script that came with this program. */
  public static final class Packaged {
    private final String version;
    private final byte[] tar;

    /**
     * @param tar its files
     */
    public Packaged(String version, byte[] tar) {
      this.version = version;
      this.tar = tar.clone();
    }

    public String version() {
      return version;
    }

    byte[] tar() {
      return tar.clone();
    }
  }

  /**
   * The result of one host.
   *
   * @param result answered where everything of the plan is done and the script answers as this
   *     version
   * @param version the version that was to be installed
   */
  public record Installation(HostResult result, HostPlan plan, String version) {}

  /** Asks one host what is missing there. Changes nothing. */
  public HostPlan plan(Host host) throws InterruptedException {
    return HostCall.attempt(host, null, () -> tryPlan(host), HostPlan::impossible);
  }

  private HostPlan tryPlan(Host host)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    RootShell root = new RootShell(shell, host);
    HostShell.Output sudo = root.run("true");
    if (sudo.exit() != 0) {
      return refused(
          host,
          HostErrorKind.NOT_ALLOWED.error(
              "passwordless sudo is required: " + RootShell.reason(sudo),
              "nothing was touched",
              "log in as a user who has it (--user), or install by hand: packaging/install"));
    }
    String before = version(host);
    if (before != null
        && Versions.isNewer(before, packaged.version())
        && !request.allowDowngrade()) {
      return refused(
          host,
          HostErrorKind.UNAVAILABLE.error(
              "it has version " + before + ", which is newer than " + packaged.version(),
              "nothing was touched",
              "use a newer deployctl, or say --allow-downgrade"));
    }
    // The script comes on standard input, because a plan leaves no file on the host.
    HostShell.Output told = root.run(prepareScript(), planArguments());
    PlanLines lines = new PlanLines(told.out());
    HostError problem =
        told.exit() == 0
            ? lines.problem()
            : HostErrorKind.UNAVAILABLE.error(
                "it cannot be told what is missing: " + RootShell.reason(told),
                "nothing was touched",
                null);
    if (problem != null) {
      return refused(host, problem);
    }
    lines.changes.add(change(before));
    return new HostPlan(
        new HostResult.Answered(host, List.of()), before, lines.changes, lines.notes);
  }

  private static HostPlan refused(Host host, HostError error) {
    HostErrorKind kind =
        error.kind().equals(HostErrorKind.NOT_ALLOWED.jsonName())
            ? HostErrorKind.NOT_ALLOWED
            : HostErrorKind.UNAVAILABLE;
    return HostPlan.impossible(new HostResult.Refused(host, kind, error));
  }

  private byte[] prepareScript() {
    return ScriptArchive.file(packaged.tar(), ScriptInstaller.PREPARE)
        .getBytes(StandardCharsets.UTF_8);
  }

  private List<String> planArguments() {
    List<String> arguments = new ArrayList<>(List.of("/bin/sh", "-s", "--", "plan"));
    if (request.packages()) {
      arguments.add("--packages");
    }
    arguments.add("--group=" + request.group());
    if (!request.deployers().isEmpty()) {
      arguments.add("--deployers=" + String.join(",", request.deployers()));
    }
    RegistryLogin registry = request.registry();
    if (registry != null) {
      arguments.add("--registry=" + registry.registry());
    }
    return arguments;
  }

  private String change(@Nullable String before) {
    if (before == null) {
      return "install deployctl-host " + packaged.version();
    }
    return before.equals(packaged.version())
        ? "install deployctl-host " + before + " again"
        : "replace deployctl-host " + before + " by " + packaged.version();
  }

  /**
   * Does on one host what its plan says.
   *
   * @param progress receives what is being done, where it takes long
   */
  public Installation carryOut(HostPlan plan, Consumer<String> progress)
      throws InterruptedException {
    Host host = plan.host();
    return HostCall.attempt(
        host,
        AGAIN,
        () -> tryToCarryOut(plan, progress),
        lost -> new Installation(lost, plan, packaged.version()));
  }

  private Installation tryToCarryOut(HostPlan plan, Consumer<String> progress)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    Host host = plan.host();
    ScriptInstaller installer = new ScriptInstaller(new RootShell(shell, host), packaged, request);
    HostError error = installer.run(plan, progress);
    String now = error == null ? version(host) : null;
    if (error == null && !packaged.version().equals(now)) {
      error =
          HostErrorKind.UNAVAILABLE.error(
              "it was installed, but " + (now == null ? "does not answer" : "answers as " + now),
              "the host should be looked at before anything is rolled out there",
              "log in there and run: sudo deployctl-host version");
    }
    return new Installation(
        error == null
            ? new HostResult.Answered(host, List.of())
            : new HostResult.Refused(host, HostErrorKind.UNAVAILABLE, error),
        plan,
        packaged.version());
  }

  /** Returns the version that answers; null where none does. */
  private @Nullable String version(Host host)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    AtomicReference<@Nullable String> version = new AtomicReference<>();
    shell.ask(
        host,
        HostCommand.version(),
        event -> {
          if (event instanceof AnswerEvents.Version told) {
            version.set(told.version());
          }
        });
    return version.get();
  }
}
