package dev.deployctl.cli;

import dev.deployctl.cli.ports.Services;
import dev.deployctl.event.BalancerEvents.BalancerUndrained;
import dev.deployctl.event.TransactionEvents;
import dev.deployctl.fleet.BalancerCommands;
import dev.deployctl.fleet.HostCall;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.ExitCodes;
import dev.deployctl.model.Host;
import dev.deployctl.output.tables.DrainLog;
import picocli.CommandLine.Command;

/** Ends the drain of a host. */
@Command(
    name = "undrain",
    description =
        "Tell load balancers to send a drained host requests again. Needs a user who may become"
            + " root on the host.")
final class UndrainCommand extends OneHostCommand {
  UndrainCommand(Services services) {
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
