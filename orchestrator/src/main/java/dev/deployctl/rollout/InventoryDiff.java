package dev.deployctl.rollout;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostValues;
import dev.deployctl.fleet.FirstNames;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.Timeline;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.Host;
import dev.deployctl.rollout.outcome.Release;
import dev.deployctl.rollout.planning.RolloutRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares the inventory at the end of a rollout with that at its beginning: a new host must not be
 * taken for one that was rolled out.
 */
final class InventoryDiff {
  /** More names than this nobody reads; the number is told all the same. */
  private static final int NAMED = 12;

  private final HostAgent agent;
  private final Timeline timeline;

  InventoryDiff(HostAgent agent, Timeline timeline) {
    this.agent = agent;
    this.timeline = timeline;
  }

  /** Returns what a person should know of new and terminated hosts; empty where nothing changed. */
  List<String> notes(RolloutRequest request) throws InterruptedException {
    List<Host> now;
    List<Host> gone;
    try {
      now = request.inventoryNow().selected();
      gone = terminated(request, now);
    } catch (DeployException silent) {
      return List.of(
          "could not ask the inventory again for new and terminated hosts: "
              + silent.reason()
              + "; deployctl hosts "
              + request.app()
              + " asks again");
    }
    List<Host> came = without(now, request.hosts());
    List<String> notes = new ArrayList<>();
    if (!gone.isEmpty()) {
      notes.add(
          "terminated since the rollout began: " + names(gone.stream().map(Host::name).toList()));
    }
    if (!came.isEmpty()) {
      notes.add(
          (request.missing().isEmpty()
                  ? "new since the rollout began, and not part of it: "
                  : "not part of this rollout, since the inventory was incomplete when it began: ")
              + names(running(request, came))
              + "; the same command again takes in what is new");
    }
    return notes;
  }

  /**
   * Returns the hosts that the inventory lists no more; one that is only not selected now is kept.
   */
  private static List<Host> terminated(RolloutRequest request, List<Host> selected) {
    List<Host> notSelected = without(request.hosts(), selected);
    return notSelected.isEmpty() ? notSelected : without(notSelected, request.inventoryNow().all());
  }

  private static List<Host> without(List<Host> hosts, List<Host> others) {
    Map<String, Host> known = byId(others);
    return hosts.stream().filter(host -> !known.containsKey(host.id())).toList();
  }

  private List<String> running(RolloutRequest request, List<Host> came)
      throws InterruptedException {
    return new FleetCall(agent, timeline, text -> {})
            .ask(
                came,
                HostCommand.status(request.app()),
                Math.max(1, request.settings().parallelism()))
            .stream()
            .map(result -> result.host().name() + " (" + runs(result) + ")")
            .toList();
  }

  private static String runs(HostResult result) {
    return switch (result) {
      case HostResult.Answered answered -> {
        AnswerEvents.Status status = answered.status();
        HostValues.Serving serving = status == null ? null : status.serving();
        yield serving == null ? "runs nothing yet" : "runs " + Release.of(serving).label();
      }
      case HostResult.Refused refused -> refused.error().message();
      case HostResult.Unreachable _ -> "unreachable";
    };
  }

  private static String names(List<String> names) {
    return FirstNames.of(names, NAMED);
  }

  private static Map<String, Host> byId(List<Host> hosts) {
    Map<String, Host> byId = new HashMap<>();
    hosts.forEach(host -> byId.put(host.id(), host));
    return byId;
  }
}
