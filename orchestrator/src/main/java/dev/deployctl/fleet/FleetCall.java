package dev.deployctl.fleet;

import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.Host;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** Makes one call on every host, side by side. One host's failure does not affect the others. */
public final class FleetCall {
  private final HostCall call;
  private final Timeline timeline;
  private final Consumer<String> notes;

  /**
   * @param notes receives a sentence about hosts that do not answer while the others wait for them
   */
  public FleetCall(HostAgent agent, Timeline timeline, Consumer<String> notes) {
    this.call = new HostCall(agent, timeline);
    this.timeline = timeline;
    this.notes = notes;
  }

  /** Asks all hosts; the results come in the order of the hosts. */
  public List<HostResult> ask(List<Host> hosts, HostCommand command, int parallelism)
      throws InterruptedException {
    return ask(hosts, host -> command, parallelism);
  }

  /** Asks each host with a command of its own; the results come in the order of the hosts. */
  public List<HostResult> ask(
      List<Host> hosts, Function<Host, HostCommand> command, int parallelism)
      throws InterruptedException {
    Map<Host, HostResult> results = new ConcurrentHashMap<>();
    SlowHosts slow = new SlowHosts(timeline, notes);
    slow.forEach(
        hosts,
        parallelism,
        host -> results.put(host, call.ask(host, command.apply(host), event -> slow.heard(host))));
    return hosts.stream().map(host -> Objects.requireNonNull(results.get(host))).toList();
  }
}
