package dev.deployctl.cli.setup;

import dev.deployctl.apply.Apply;
import dev.deployctl.apply.OperatorsDirectory;
import dev.deployctl.apply.Origin;
import dev.deployctl.cli.options.ConfigOptions;
import dev.deployctl.cli.options.ConfirmOptions;
import dev.deployctl.cli.options.HostOptions;
import dev.deployctl.cli.options.JsonOptions;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.config.ConfigFinder;
import dev.deployctl.config.DeployConfig;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostList;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.Inventory;
import dev.deployctl.fleet.ThreadTimeline;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.ExitCodes;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.TagQuery;
import dev.deployctl.output.tables.ApplyLog;
import dev.deployctl.output.terminal.Console;
import dev.deployctl.output.terminal.Wording;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings the operators' files to the hosts. */
@Command(
    name = "apply",
    description =
        "Bring the operators' files to the hosts. These are host.conf, apps, templates, env. All"
            + " hosts check their files first; then a host replaces all of them or none. Needs a"
            + " user who may become root on the hosts.")
public final class ApplyCommand implements Callable<Integer> {
  private final Services services;
  private final Console console;

  @Mixin final ConfigOptions configuration = new ConfigOptions();
  @Mixin final HostOptions selection = new HostOptions();
  @Mixin final JsonOptions output = new JsonOptions();
  @Mixin final ConfirmOptions confirmation = new ConfirmOptions();

  @Option(
      names = "--check",
      description = "Check the files on the hosts and show the differences; change nothing.")
  boolean check;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "The operators' directory (default: the current directory).")
  Path directory;

  public ApplyCommand(Services services) {
    this.services = services;
    this.console = services.console();
  }

  @Override
  public Integer call() throws InterruptedException {
    if (!check && !confirmation.yes && !confirmation.asks(services, output)) {
      throw new DeployException(
          FailureKind.USAGE,
          "apply asks before it changes hosts, and nobody can be asked here; nothing was changed",
          "--yes applies without a question, --check only shows the differences");
    }
    DeployConfig config = config();
    OperatorsDirectory operators = OperatorsDirectory.read(directory, config);
    List<Host> hosts = hosts(config, operators);
    Origin origin = Origin.of(directory);
    ApplyLog log = new ApplyLog(console.out(), console.terminal(), output.json);
    log.origin(origin.directory().toString(), origin.commit(), origin.dirty());
    try (HostAgent agent = services.fleets().agent(configuration.ssh(config))) {
      Apply apply =
          new Apply(
              new FleetCall(agent, new ThreadTimeline(), this::note),
              config.rollout().parallelism(),
              services.workstation().identity(),
              origin);
      console.status().asking(hosts);
      List<Apply.Checked> checked = apply.check(operators.sets(hosts));
      log.checked(checked.stream().map(Apply.Checked::result).toList());
      return act(apply, checked, log);
    }
  }

  private DeployConfig config() {
    Path file = configuration.file == null ? ConfigFinder.find(directory) : configuration.file;
    return services.config().load(file, configuration.environment);
  }

  /** Returns the hosts of all apps, narrowed down. */
  private List<Host> hosts(DeployConfig config, OperatorsDirectory operators) {
    Inventory inventory = services.fleets().inventory(config.inventory());
    HostList all = inventory.list(new TagQuery(Map.of()));
    all.missing().forEach(part -> note(part.warning()));
    operators
        .withoutHost(all.hosts())
        .forEach(
            app ->
                note(
                    "no host of "
                        + app.app()
                        + ": "
                        + app.hosts()
                        + " matches nothing in "
                        + inventory.describe()));
    HostList ours = all.with(all.hosts().stream().filter(operators::concerns).toList());
    if (ours.hosts().isEmpty()) {
      throw new DeployException(
          FailureKind.NOTHING_TO_DO,
          "no host of any app in " + inventory.describe(),
          "deployctl hosts APP --explain lists hosts that nearly match");
    }
    operators.checkRoles(ours.hosts());
    return selection.narrow(ours, "these apps").hosts();
  }

  private int act(Apply apply, List<Apply.Checked> checked, ApplyLog log)
      throws InterruptedException {
    List<HostResult> results = checked.stream().map(Apply.Checked::result).toList();
    List<HostResult> refused =
        results.stream().filter(HostResult.Refused.class::isInstance).toList();
    if (!refused.isEmpty()) {
      log.say("Nothing was changed on any host. Fix this, or leave hosts out with --hosts.");
      return exitCode(refused);
    }
    if (check || checked.stream().noneMatch(Apply.Checked::isAccepted)) {
      return exitCode(results);
    }
    if (!apply.isNeeded(checked)) {
      log.say("Every host that answered has these files.");
      return exitCode(results);
    }
    long changing = checked.stream().filter(Apply.Checked::changes).count();
    if (changing > 0) {
      log.say(Wording.count(changing, "host") + (changing == 1 ? " changes." : " change."));
      if (!confirmation.agreed(services, output, console.answers())) {
        return log.nothingTouched();
      }
    } else {
      log.say("No file changes; the commit is recorded.");
    }
    long accepting = checked.stream().filter(Apply.Checked::isAccepted).count();
    console.status().show("waiting for " + Wording.count(accepting, "host"));
    List<HostResult> applied = apply.apply(checked);
    log.applied(applied);
    return Math.max(exitCode(results), exitCode(applied));
  }

  private void note(String sentence) {
    if (!output.json) {
      console.err().println(sentence);
      console.err().flush();
    }
  }

  /** Returns the exit code of the gravest answer; greater is graver. */
  private static int exitCode(List<HostResult> results) {
    int exit = ExitCodes.OK;
    for (HostResult result : results) {
      switch (result) {
        case HostResult.Unreachable _ -> {
          return ExitCodes.UNREACHABLE;
        }
        case HostResult.Refused refused when refused.locked() ->
            exit = exit == ExitCodes.OK ? FailureKind.LOCKED.exitCode() : exit;
        case HostResult.Refused _ -> exit = ExitCodes.FAILED;
        case HostResult.Answered _ -> {}
      }
    }
    return exit;
  }
}
