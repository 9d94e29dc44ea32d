package dev.deployctl.rollout.planning;

import dev.deployctl.event.HostEvent;
import dev.deployctl.event.HostValues;
import dev.deployctl.event.OneOffEvents;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostCall;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.Timeline;
import dev.deployctl.fleet.command.OneOffCommands;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.ImageRef;
import dev.deployctl.model.RolloutId;
import dev.deployctl.rollout.outcome.ReleaseCommand;
import dev.deployctl.rollout.outcome.RolloutPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Adds the release command to a plan, as the hosts' definitions have it. */
public final class ReleasePlan {
  private final HostCall call;
  private final App app;
  private final @Nullable HeldReleases held;

  /**
   * @param held what the rollout promotes; null where it promotes nothing
   */
  public ReleasePlan(HostAgent agent, Timeline timeline, App app, @Nullable HeldReleases held) {
    this.call = new HostCall(agent, timeline);
    this.app = app;
    this.held = held;
  }

  /**
   * Returns the plan with the command of the first host that has one and is to be changed. Its
   * check is run where the image is on that host already; a restart keeps the image and runs none.
   */
  public RolloutPlan addTo(RolloutPlan plan, List<ReadyHost> ready) throws InterruptedException {
    ImageRef.Digest digest = plan.digest();
    if (digest == null) {
      return plan;
    }
    Map<Host, HostValues.ReleaseCommand> known = new HashMap<>();
    for (ReadyHost host : ready) {
      HostValues.ReleaseCommand command = host.answer().releaseCommand();
      if (command != null && !command.command().isEmpty()) {
        known.put(host.host(), command);
      }
    }
    List<Host> hosts = plan.hosts().stream().filter(known::containsKey).toList();
    if (hosts.isEmpty()) {
      return plan;
    }
    HostValues.ReleaseCommand first = Objects.requireNonNull(known.get(hosts.getFirst()));
    List<Host> alike =
        hosts.stream().filter(host -> first.command().equals(command(known, host))).toList();
    List<String> warnings = new ArrayList<>();
    if (alike.size() < plan.hosts().size()) {
      warnings.add(
          "the definitions of "
              + app
              + " differ in [release]: "
              + hosts.getFirst().name()
              + " runs "
              + String.join(" ", first.command())
              + " for all hosts");
    }
    Long last = first.lastMs();
    ReleaseCommand command =
        new ReleaseCommand(
            alike,
            first.command(),
            first.check(),
            last == null ? null : Duration.ofMillis(last),
            null,
            earlier());
    if (!command.ran()
        && !first.check().isEmpty()
        && plan.present().contains(command.host().id())) {
      command = checked(command, digest, warnings);
    }
    return plan.with(command, warnings);
  }

  private ReleaseCommand.@Nullable Earlier earlier() {
    RolloutId rollout = held == null ? null : held.rollout();
    return held == null || rollout == null ? null : new ReleaseCommand.Earlier(rollout, held.ran());
  }

  private static List<String> command(Map<Host, HostValues.ReleaseCommand> known, Host host) {
    return Objects.requireNonNull(known.get(host)).command();
  }

  private ReleaseCommand checked(
      ReleaseCommand command, ImageRef.Digest digest, List<String> warnings)
      throws InterruptedException {
    List<HostEvent> events = new ArrayList<>();
    HostResult result =
        call.ask(command.host(), OneOffCommands.releaseCheck(app, digest), events::add);
    Integer exit = exit(events);
    if (exit != null) {
      return command.checked(exit != 0);
    }
    warnings.add(
        "the check of the release command was not answered on "
            + command.host().name()
            + (result.problem() == null ? "" : ": " + result.problem()));
    return command;
  }

  private static @Nullable Integer exit(List<HostEvent> events) {
    return events.stream()
        .filter(OneOffEvents.RunFinished.class::isInstance)
        .map(event -> ((OneOffEvents.RunFinished) event).exit())
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }
}
