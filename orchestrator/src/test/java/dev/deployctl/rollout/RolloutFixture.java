package dev.deployctl.rollout;

import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.Interruption;
import dev.deployctl.fleet.InventoryNow;
import dev.deployctl.fleet.LockTerms;
import dev.deployctl.fleet.Timeline;
import dev.deployctl.fleet.command.PreviewToken;
import dev.deployctl.model.Amount;
import dev.deployctl.model.App;
import dev.deployctl.model.Gate;
import dev.deployctl.model.Host;
import dev.deployctl.model.ImageRef;
import dev.deployctl.model.OnFailure;
import dev.deployctl.model.RolloutId;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.model.ZoneOrder;
import dev.deployctl.rollout.SimulatedHost.Behavior;
import dev.deployctl.rollout.gate.GateKeeper;
import dev.deployctl.rollout.outcome.EventSink;
import dev.deployctl.rollout.outcome.RollbackPlan;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutPlan;
import dev.deployctl.rollout.planning.HeldSearch;
import dev.deployctl.rollout.planning.RolloutAction;
import dev.deployctl.rollout.planning.RolloutRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A simulated fleet, and a rollout over it. */
final class RolloutFixture {
  final SimulatedTimeline timeline;
  final SimulatedFleet fleet;
  final Interruption interruption = new Interruption();
  final List<RolloutEvent> events = new ArrayList<>();
  final List<Host> hosts = new ArrayList<>();
  EventSink also = event -> {};

  Supplier<List<Host>> hostsNow = () -> hosts;

  /** A host that is not among these and is among the others is only not selected any more. */
  Supplier<List<Host>> selectedNow = () -> hostsNow.get();

  Duration lockWait = Duration.ZERO;

  /** Answers gates; by default each passes. */
  GateKeeper keeper = (gate, moment, output) -> new GateKeeper.Answer(true, "good");

  private RolloutFixture(SimulatedTimeline timeline, SimulatedFleet fleet) {
    this.timeline = timeline;
    this.fleet = fleet;
  }

  /** Creates a fixture with the same fleet in its present state. */
  RolloutFixture afresh() {
    RolloutFixture next = new RolloutFixture(timeline, fleet);
    next.hosts.addAll(hosts);
    return next;
  }

  /** Creates hosts with these behaviors, in two zones in turn. */
  static RolloutFixture of(Behavior... behavior) {
    return of(List.of(behavior));
  }

  static RolloutFixture of(List<Behavior> behavior) {
    SimulatedTimeline timeline = new SimulatedTimeline();
    RolloutFixture fixture = new RolloutFixture(timeline, new SimulatedFleet(timeline));
    for (int i = 0; i < behavior.size(); i++) {
      String name = String.format("web-%05d", i + 1);
      fixture.hosts.add(new Host(name, name, name, i % 2 == 0 ? "a" : "c", Map.of()));
      fixture.fleet.hosts.put(name, new SimulatedHost(behavior.get(i)));
    }
    return fixture;
  }

  static RolloutSettings settings(String canary, String batch, int maxFailures) {
    return new RolloutSettings(
        Amount.parse(canary),
        List.of(Amount.parse(batch)),
        Duration.ZERO,
        Duration.ZERO,
        new Amount.Count(maxFailures),
        new Amount.Count(0),
        OnFailure.STOP,
        32,
        ZoneOrder.SPREAD);
  }

  static RolloutSettings with(RolloutSettings from, OnFailure onFailure, int maxUnreachable) {
    return new RolloutSettings(
        from.canary(),
        from.batchSizes(),
        from.pause(),
        from.bake(),
        from.maxFailures(),
        new Amount.Count(maxUnreachable),
        onFailure,
        from.parallelism(),
        from.zones());
  }

  static RolloutSettings baking(RolloutSettings from, Duration bake, Duration pause) {
    return new RolloutSettings(
        from.canary(),
        from.batchSizes(),
        pause,
        bake,
        from.maxFailures(),
        from.maxUnreachable(),
        from.onFailure(),
        from.parallelism(),
        from.zones());
  }

  static RolloutSettings gated(RolloutSettings from, Gate... gates) {
    return new RolloutSettings(
        from.canary(),
        from.batchSizes(),
        from.pause(),
        from.bake(),
        from.maxFailures(),
        from.maxUnreachable(),
        from.onFailure(),
        from.parallelism(),
        from.zones(),
        List.of(gates));
  }

  /** Starts the release on the first batch and holds it there. */
  RolloutOutcome hold(RolloutSettings settings) throws Exception {
    return play(
        settings,
        () ->
            new RolloutAction.Hold(
                new RolloutAction.Deploy(new ImageRef.Tag("v2"), false, null),
                Duration.ofHours(1),
                PreviewToken.random()));
  }

  /** Promotes what the hosts hold, as another workstation would do it. */
  RolloutOutcome promote(RolloutSettings settings) throws Exception {
    return play(
        settings,
        () ->
            new RolloutAction.Promote(
                new HeldSearch(new FleetCall(fleet, timeline, text -> {}), new App("blog"), null)
                    .find(hosts, settings.parallelism()),
                null));
  }

  private interface Action {
    RolloutAction make() throws InterruptedException;
  }

  private RolloutOutcome play(RolloutSettings settings, Action action) throws Exception {
    return timeline.play(() -> run(request(hosts, settings, action.make()), timeline, this::tell));
  }

  private void tell(RolloutEvent event) {
    events.add(event);
    also.tell(event);
  }

  RolloutOutcome rollOut(RolloutSettings settings) throws Exception {
    return timeline.play(() -> rollOut(hosts, settings, this::tell));
  }

  /** Runs the rollout of one operator, on a thread of the simulation. */
  RolloutOutcome rollOut(List<Host> some, RolloutSettings settings, EventSink sink)
      throws InterruptedException {
    return rollOut(some, settings, sink, timeline);
  }

  /** Does the same with the operator's own clock. */
  RolloutOutcome rollOut(
      List<Host> some, RolloutSettings settings, EventSink sink, Timeline operators)
      throws InterruptedException {
    return run(request(some, settings), operators, sink);
  }

  private RolloutOutcome run(RolloutRequest request, Timeline operators, EventSink sink)
      throws InterruptedException {
    RolloutEngine engine = new RolloutEngine(fleet, operators, sink, interruption, null, keeper);
    return switch (engine.prepare(request)) {
      case RolloutEngine.Prepared.Refused refused -> refused.outcome();
      case RolloutEngine.Prepared.Ready ready -> engine.run(request, ready.plan());
    };
  }

  /** Returns the plan of a rollout. */
  RolloutPlan plan(RolloutSettings settings) throws Exception {
    return timeline.play(
        () -> {
          RolloutEngine engine = new RolloutEngine(fleet, timeline, events::add, interruption);
          return ((RolloutEngine.Prepared.Ready) engine.prepare(request(hosts, settings))).plan();
        });
  }

  private RolloutRequest request(List<Host> some, RolloutSettings settings) {
    return request(some, settings, new RolloutAction.Deploy(new ImageRef.Tag("v2"), false, null));
  }

  private RolloutRequest request(List<Host> some, RolloutSettings settings, RolloutAction action) {
    return new RolloutRequest(
        RolloutId.random(),
        new App("blog"),
        action,
        some,
        inventoryNow(),
        settings,
        new LockTerms("rollout", lockWait, LockTerms.EXPIRY),
        Duration.ofMinutes(2));
  }

  private InventoryNow inventoryNow() {
    return new InventoryNow() {
      @Override
      public List<Host> selected() {
        return selectedNow.get();
      }

      @Override
      public List<Host> all() {
        return hostsNow.get();
      }
    };
  }

  /** Rolls back a rollout; null: the last one. */
  RolloutOutcome rollBack(@Nullable RolloutId undone, int parallelism) throws Exception {
    return rollBack(undone, parallelism, timeline);
  }

  /** Does the same with the operator's own clock. */
  RolloutOutcome rollBack(@Nullable RolloutId undone, int parallelism, Timeline operators)
      throws Exception {
    return timeline.play(
        () -> {
          RollbackEngine engine =
              new RollbackEngine(
                  fleet,
                  operators,
                  event -> {
                    events.add(event);
                    also.tell(event);
                  },
                  interruption,
                  null);
          RollbackPlan plan =
              engine.prepare(new App("blog"), hosts, undone, parallelism, hosts.size());
          return engine.run(
              plan,
              RolloutId.random(),
              new RollbackEngine.RollbackOptions(
                  parallelism,
                  new LockTerms("rollback", lockWait, LockTerms.EXPIRY),
                  Duration.ofMinutes(2),
                  inventoryNow()));
        });
  }

  SimulatedHost host(int number) {
    return fleet.of(hosts.get(number - 1));
  }
}
