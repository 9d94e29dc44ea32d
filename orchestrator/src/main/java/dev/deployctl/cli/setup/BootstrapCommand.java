package dev.deployctl.cli.setup;

import dev.deployctl.bootstrap.Bootstrap;
import dev.deployctl.bootstrap.HostPlan;
import dev.deployctl.bootstrap.SetupRequest;
import dev.deployctl.cli.options.ConfigOptions;
import dev.deployctl.cli.options.ConfirmOptions;
import dev.deployctl.cli.options.HostOptions;
import dev.deployctl.cli.options.JsonOptions;
import dev.deployctl.cli.options.QuietOptions;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.config.ConfigFinder;
import dev.deployctl.config.DeployConfig;
import dev.deployctl.config.SshSettings;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.HostShell;
import dev.deployctl.fleet.SlowHosts;
import dev.deployctl.fleet.ThreadTimeline;
import dev.deployctl.fleet.Timeline;
import dev.deployctl.model.ExitCodes;
import dev.deployctl.model.Host;
import dev.deployctl.output.tables.BootstrapLog;
import dev.deployctl.output.terminal.Console;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Prepares hosts, from the packages to the host script. */
@Command(
    name = "bootstrap",
    description =
        "Prepare hosts for deployments. As an operator with passwordless sudo there, install or"
            + " upgrade deployctl-host and, if asked to, packages, members of its group and the"
            + " login to a registry. Shows what is missing on each host, asks, and works on all"
            + " hosts side by side. What is done already stays as it is.")
public final class BootstrapCommand implements Callable<Integer> {
  /** More connections at once than this make no host faster. */
  private static final int PARALLELISM = 20;

  private final Services services;
  private final Console console;

  @Mixin final ConfigOptions configuration = new ConfigOptions();
  @Mixin final HostOptions selection = new HostOptions();
  @Mixin final SetupOptions setup = new SetupOptions();
  @Mixin final JsonOptions output = new JsonOptions();
  @Mixin final QuietOptions telling = new QuietOptions();
  @Mixin final ConfirmOptions confirmation = new ConfirmOptions();

  @Parameters(
      arity = "1..*",
      paramLabel = "HOST|APP",
      description = "Apps, or hosts as the inventory or ssh names them.")
  List<String> targets;

  public BootstrapCommand(Services services) {
    this.services = services;
    this.console = services.console();
  }

  @Override
  public Integer call() throws InterruptedException {
    Bootstrap.Packaged packaged = services.workstation().hostScript();
    DeployConfig config = configOrNull();
    List<Host> hosts = new BootstrapTargets(config, selection, services).hosts(targets);
    SetupRequest request = setup.request(services);
    BootstrapLog log = new BootstrapLog(console.out(), console.terminal(), output.json, hosts);
    SshSettings none = new SshSettings(null, null, null, List.of(), null);
    SshSettings ssh = config == null ? configuration.ssh(none) : configuration.ssh(config);
    Timeline timeline = new ThreadTimeline();
    try (HostShell shell = services.fleets().shell(ssh)) {
      console.status().asking(hosts);
      Bootstrap bootstrap = new Bootstrap(shell, packaged, request);
      List<HostPlan> plans = plan(bootstrap, hosts, timeline);
      List<HostPlan> possible = plans.stream().filter(HostPlan::isPossible).toList();
      log.problems(plans);
      if (!possible.isEmpty()) {
        if (confirmation.announces(services, output, telling)) {
          log.plan(possible);
        }
        if (!confirmation.agreed(services, output, console.answers())) {
          return log.nothingTouched();
        }
      }
      List<HostResult> results = new ArrayList<>(carryOut(bootstrap, possible, timeline, log));
      if (results.stream().anyMatch(HostResult.Answered.class::isInstance) && !telling.isQuiet()) {
        log.next(nextSteps(config, request));
      }
      plans.stream().filter(plan -> !plan.isPossible()).map(HostPlan::result).forEach(results::add);
      return exitCode(results);
    }
  }

  private List<HostPlan> plan(Bootstrap bootstrap, List<Host> hosts, Timeline timeline)
      throws InterruptedException {
    Map<Host, HostPlan> plans = new ConcurrentHashMap<>();
    new SlowHosts(timeline, this::note)
        .forEach(hosts, PARALLELISM, host -> plans.put(host, bootstrap.plan(host)));
    return hosts.stream().map(host -> Objects.requireNonNull(plans.get(host))).toList();
  }

  private static List<HostResult> carryOut(
      Bootstrap bootstrap, List<HostPlan> plans, Timeline timeline, BootstrapLog log)
      throws InterruptedException {
    Map<Host, HostResult> results = new ConcurrentHashMap<>();
    timeline.forEach(
        plans,
        PARALLELISM,
        plan -> {
          Bootstrap.Installation done =
              bootstrap.carryOut(plan, what -> log.progress(plan.host(), what));
          log.print(done);
          results.put(plan.host(), done.result());
        });
    return List.copyOf(results.values());
  }

  private void note(String sentence) {
    if (!output.json) {
      console.err().println(sentence);
      console.err().flush();
    }
  }

  private List<BootstrapLog.Step> nextSteps(@Nullable DeployConfig config, SetupRequest request) {
    String app =
        config == null
            ? null
            : targets.stream().filter(config.apps()::containsKey).findFirst().orElse(null);
    String user = configuration.user() == null ? "" : " --user " + configuration.user();
    String known = app == null ? "APP" : app;
    List<BootstrapLog.Step> steps = new ArrayList<>();
    if (request.deployers().isEmpty()) {
      steps.add(
          new BootstrapLog.Step(
              "deployctl bootstrap " + String.join(" ", targets) + user + " --deployers USER",
              "let USER deploy"));
    }
    if (app == null || !Path.of("apps", app + ".conf").toFile().exists()) {
      steps.add(new BootstrapLog.Step("deployctl app new " + known, "write its definition"));
    }
    steps.add(
        new BootstrapLog.Step("deployctl apply" + user, "bring the definitions to the hosts"));
    steps.add(
        new BootstrapLog.Step(
            "deployctl rollout " + known + " --tag TAG",
            request.deployers().isEmpty()
                ? "deploy, as a deployer"
                : "deploy, as " + String.join(" or ", request.deployers())));
    return steps;
  }

  /** Loads deployctl.yml if there is one: a host can be prepared before there is a project. */
  private @Nullable DeployConfig configOrNull() {
    if (configuration.file == null
        && configuration.environment == null
        && !ConfigFinder.isThere(Path.of(""))) {
      return null;
    }
    return configuration.load(services);
  }

  /** Returns the exit code of the gravest result. */
  private static int exitCode(List<HostResult> results) {
    if (results.stream().anyMatch(HostResult.Unreachable.class::isInstance)) {
      return ExitCodes.UNREACHABLE;
    }
    return results.stream().allMatch(HostResult.Answered.class::isInstance)
        ? ExitCodes.OK
        : ExitCodes.FAILED;
  }
}
