package dev.deployctl.fleet;

import dev.deployctl.event.HostEvent;
import dev.deployctl.model.Host;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/** Makes one call on every host, side by side. One host's failure does not affect the others. */
public final class FleetCall {
  private final HostCall call;
  private final Timeline timeline;

  public FleetCall(HostAgent agent, Timeline timeline) {
    this.call = new HostCall(agent, timeline);
    this.timeline = timeline;
  }

  /** Asks all hosts; the results come in the order of the hosts. */
  public List<HostResult> ask(List<Host> hosts, HostCommand command, int parallelism)
      throws InterruptedException {
    return ask(hosts, command, parallelism, (host, event) -> {});
  }

  /**
   * Asks all hosts and hands over each event as it comes.
   *
   * @param each called from many threads at once
   */
  public List<HostResult> ask(
      List<Host> hosts, HostCommand command, int parallelism, BiConsumer<Host, HostEvent> each)
      throws InterruptedException {
    Map<Host, HostResult> results = new ConcurrentHashMap<>();
    timeline.forEach(
        hosts,
        parallelism,
        host -> results.put(host, call.ask(host, command, event -> each.accept(host, event))));
    return hosts.stream().map(host -> Objects.requireNonNull(results.get(host))).toList();
  }
}
