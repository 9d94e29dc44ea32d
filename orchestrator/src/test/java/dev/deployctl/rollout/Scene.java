package dev.deployctl.rollout;

import dev.deployctl.model.Amount;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.ImageRef;
import dev.deployctl.model.OnFailure;
import dev.deployctl.model.RolloutId;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.model.ZoneOrder;
import dev.deployctl.rollout.SimulatedHost.Temper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A simulated fleet, and a rollout over it. */
final class Scene {
  final SimulatedTimeline timeline = new SimulatedTimeline();
  final SimulatedFleet fleet = new SimulatedFleet(timeline);
  final Interruption interruption = new Interruption();
  final List<RolloutEvent> told = new ArrayList<>();
  final List<Host> hosts = new ArrayList<>();
  EventSink also = event -> {};
  Supplier<List<Host>> hostsNow = () -> hosts;
  Duration lockWait = Duration.ZERO;

  /** Hosts of these tempers, in two zones by turns. */
  static Scene of(Temper... tempers) {
    return of(List.of(tempers));
  }

  static Scene of(List<Temper> tempers) {
    Scene scene = new Scene();
    for (int i = 0; i < tempers.size(); i++) {
      String name = String.format("web-%05d", i + 1);
      scene.hosts.add(new Host(name, name, name, i % 2 == 0 ? "a" : "c", Map.of()));
      scene.fleet.hosts.put(name, new SimulatedHost(tempers.get(i)));
    }
    return scene;
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

  RolloutOutcome rollOut(RolloutSettings settings) throws Exception {
    return timeline.play(
        () ->
            rollOut(
                hosts,
                settings,
                event -> {
                  told.add(event);
                  also.tell(event);
                }));
  }

  /** One operator of perhaps several; must run on a thread of the simulation. */
  RolloutOutcome rollOut(List<Host> some, RolloutSettings settings, EventSink sink)
      throws InterruptedException {
    RolloutRequest request =
        new RolloutRequest(
            RolloutId.random(),
            new App("blog"),
            new Work.Deploy(new ImageRef.Tag("v2"), false),
            some,
            hostsNow,
            settings,
            "rollout",
            lockWait,
            Duration.ofMinutes(2));
    RolloutEngine engine = new RolloutEngine(fleet, timeline, sink, interruption);
    return switch (engine.prepare(request)) {
      case RolloutEngine.Prepared.Refused refused -> refused.outcome();
      case RolloutEngine.Prepared.Ready ready -> engine.run(request, ready.plan());
    };
  }

  SimulatedHost host(int number) {
    return fleet.of(hosts.get(number - 1));
  }
}
