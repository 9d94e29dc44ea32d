package dev.deployctl.cli;

import dev.deployctl.cli.ports.Services;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.rollout.planning.HeldSearch;
import java.util.List;
import picocli.CommandLine.Command;

/** Removes the release that a rollout has held. */
@Command(
    name = "abandon",
    description =
        "Remove the held release of an app from all hosts that hold it. The live release stays as"
            + " it is.")
final class AbandonCommand extends TransactionCommand {
  AbandonCommand(Services services) {
    super(services);
  }

  @Override
  HostCommand.Change change() {
    return HostCommand.Change.ABANDON;
  }

  @Override
  String intent() {
    return "Remove the held release of " + app;
  }

  @Override
  String done() {
    return "removed";
  }

  @Override
  Chosen choose(Fleet fleet) throws InterruptedException {
    FleetCall call = new FleetCall(fleet.agent(), fleet.timeline(), this::note);
    HeldSearch.Found found = new HeldSearch(call, app).ask(fleet.hosts(), fleet.parallelism());
    return new Chosen(List.copyOf(found.held().keySet()), found.silent());
  }
}
