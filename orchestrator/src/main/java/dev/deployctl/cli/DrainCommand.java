package dev.deployctl.cli;

import dev.deployctl.cli.ports.Services;
import dev.deployctl.event.BalancerEvents.BalancerDrained;
import dev.deployctl.event.BalancerEvents.BalancerProgress;
import dev.deployctl.event.HostEvent;
import dev.deployctl.event.TransactionEvents;
import dev.deployctl.fleet.BalancerCommands;
import dev.deployctl.fleet.HostCall;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.ExitCodes;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.output.tables.DrainLog;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Takes a host out of its load balancers, and waits until it may be rebooted. */
@Command(
    name = "drain",
    description =
        "Tell load balancers to send a host no more requests, and wait until none arrive. Users are"
            + " served until then, deploys go on, and a reboot does not end it. Needs a user who"
            + " may become root on the host.")
final class DrainCommand extends OneHostCommand {
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final int LONGEST_NAME = 80;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      defaultValue = "5m",
      description =
          "Wait so long for the end of the requests (default: ${DEFAULT-VALUE}); 0s does not wait.")
  Duration wait;

  DrainCommand(Services services) {
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
