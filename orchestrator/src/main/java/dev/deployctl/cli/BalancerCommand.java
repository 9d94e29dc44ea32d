package dev.deployctl.cli;

import dev.deployctl.cli.options.ConfigOptions;
import dev.deployctl.cli.options.HostOptions;
import dev.deployctl.cli.options.JsonOptions;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.config.DeployConfig;
import dev.deployctl.event.BalancerEvents.BalancerDrained;
import dev.deployctl.event.BalancerEvents.BalancerProgress;
import dev.deployctl.event.BalancerEvents.BalancerUndrained;
import dev.deployctl.event.HostEvent;
import dev.deployctl.event.TransactionEvents;
import dev.deployctl.fleet.command.BalancerCommands;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostCall;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.ThreadTimeline;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.ExitCodes;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.Quoted;
import dev.deployctl.model.TagQuery;
import dev.deployctl.output.tables.DrainLog;
import dev.deployctl.output.tables.FleetAnswers;
import dev.deployctl.output.terminal.Console;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes one host out of its load balancers, or puts it back, whatever runs there. */
abstract class BalancerCommand implements Callable<Integer> {
  final Services services;
  final Console console;

  @Mixin final ConfigOptions configuration = new ConfigOptions();
  @Mixin final JsonOptions output = new JsonOptions();

  @Parameters(
      index = "0",
      paramLabel = "HOST",
      description = "The host, by its name or id in the inventory.")
  String name;

  BalancerCommand(Services services) {
    this.services = services;
    this.console = services.console();
  }

  @Override
  public final Integer call() throws InterruptedException {
    DeployConfig config = configuration.load(services);
    List<Host> found =
        HostOptions.only(name)
            .narrow(
                services.fleets().inventory(config.inventory()).list(new TagQuery(Map.of())),
                "the inventory")
            .hosts();
    if (found.size() > 1) {
      throw new DeployException(
          FailureKind.USAGE,
          found.size() + " hosts are called " + Quoted.of(name) + "; nothing was touched",
          "name one by its id: " + String.join(", ", found.stream().map(Host::id).toList()));
    }
    try (HostAgent agent = services.fleets().agent(configuration.ssh(config))) {
      console.status().asking(found);
      return act(found.getFirst(), new HostCall(agent, new ThreadTimeline()));
    }
  }

  /** Does what the command is for. Returns the exit code. */
  abstract int act(Host host, HostCall call) throws InterruptedException;

  /** Prints why the host did not do it. Returns the exit code. */
  final int failed(HostResult answer) {
    List<HostResult> answers = List.of(answer);
    new FleetAnswers(console.out(), console.terminal(), output.json).print(answers, "");
    return answer instanceof HostResult.Unreachable ? ExitCodes.UNREACHABLE : ExitCodes.FAILED;
  }

  /** Takes a host out of its load balancers, and waits until it may be rebooted. */
  @Command(
      name = "drain",
      description =
          "Tell load balancers to send a host no more requests, and wait until none arrive. Users"
              + " are served until then, deploys go on, and a reboot does not end it. Needs a user"
              + " who may become root on the host.")
  static final class Drain extends BalancerCommand {
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final int LONGEST_NAME = 80;

    @Option(
        names = "--wait",
        paramLabel = "DURATION",
        defaultValue = "5m",
        description =
            "Wait so long for the end of the requests (default: ${DEFAULT-VALUE}); 0s does not"
                + " wait.")
    Duration wait;

    Drain(Services services) {
      super(services);
    }

    @Override
    int act(Host host, HostCall call) throws InterruptedException {
      if (wait.isNegative() || wait.compareTo(LONGEST) > 0) {
        throw new DeployException(FailureKind.USAGE, "--wait is not from 0s to 24h", null);
      }
      DrainLog log = new DrainLog(console.out(), console.terminal(), output.json, host);
      AtomicReference<@Nullable BalancerDrained> end = new AtomicReference<>();
      HostResult answer =
          call.ask(
              host,
              BalancerCommands.drain(wait, by()),
              event -> {
                tell(log, event);
                if (event instanceof BalancerDrained drained) {
                  end.set(drained);
                }
              });
      BalancerDrained drained = end.get();
      if (drained == null) {
        return failed(answer);
      }
      log.drained(drained);
      return drained.safe() || wait.isZero() ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private static void tell(DrainLog log, HostEvent event) {
      switch (event) {
        case BalancerProgress progress -> log.progress(progress);
        case TransactionEvents.Warning warning -> log.warning(warning.message());
        default -> {}
      }
    }

    private String by() {
      String text = Locks.words(services.workstation().identity());
      return text.length() > LONGEST_NAME ? text.substring(0, LONGEST_NAME) : text;
    }
  }

  /** Ends the drain of a host. */
  @Command(
      name = "undrain",
      description =
          "Tell load balancers to send a drained host requests again. Needs a user who may become"
              + " root on the host.")
  static final class Undrain extends BalancerCommand {
    Undrain(Services services) {
      super(services);
    }

    @Override
    int act(Host host, HostCall call) throws InterruptedException {
      HostResult answer = call.ask(host, BalancerCommands.undrain());
      if (!(answer instanceof HostResult.Answered done)) {
        return failed(answer);
      }
      DrainLog log = new DrainLog(console.out(), console.terminal(), output.json, host);
      done.events(TransactionEvents.Warning.class).forEach(one -> log.warning(one.message()));
      done.events(BalancerUndrained.class).forEach(log::undrained);
      return ExitCodes.OK;
    }
  }
}
