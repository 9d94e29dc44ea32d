package dev.deployctl.cli;

import dev.deployctl.cli.options.HeldOption;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.event.HeldRelease;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.command.HoldCommands;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.Host;
import dev.deployctl.model.ReleaseId;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.outcome.Release;
import dev.deployctl.rollout.planning.HeldSearch;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Removes the release that a rollout has held. */
@Command(
    name = "abandon",
    description =
        "Remove the held release of an app from all hosts that hold it. The live release stays as"
            + " it is.")
final class AbandonCommand extends TransactionCommand {
  @Mixin final HeldOption held = new HeldOption();

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
    HeldSearch.Found found =
        new HeldSearch(call, app, held.release()).ask(fleet.hosts(), fleet.parallelism());
    Map<Host, HeldRelease> releases = found.held();
    return new Chosen(
        List.copyOf(releases.keySet()),
        intent() + ": " + described(releases),
        // Only what the user was shown is removed, not what somebody else holds there since.
        (host, rollout, lockId) ->
            HoldCommands.abandon(app, id(releases.get(host)), rollout, lockId),
        found.silent());
  }

  private static @Nullable ReleaseId id(@Nullable HeldRelease release) {
    return release == null ? null : Release.of(release).id();
  }

  private static String described(Map<Host, HeldRelease> releases) {
    return releases.values().stream()
        .map(one -> Wording.release(Release.of(one)) + (one.by() == null ? "" : " by " + one.by()))
        .distinct()
        .collect(Collectors.joining(" and "));
  }
}
