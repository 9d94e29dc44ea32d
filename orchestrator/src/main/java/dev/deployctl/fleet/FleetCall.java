package dev.deployctl.fleet;

import dev.deployctl.event.HostError;
import dev.deployctl.event.HostEvent;
import dev.deployctl.model.Host;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/** One call on every host, side by side; every host's answer counts for itself. */
public final class FleetCall {
  private final HostAgent agent;
  private final Timeline timeline;

  public FleetCall(HostAgent agent, Timeline timeline) {
    this.agent = agent;
    this.timeline = timeline;
  }

  /** Asks all hosts; the answers come in the order of the hosts. */
  public List<HostAnswer> ask(List<Host> hosts, HostCommand command, int parallelism)
      throws InterruptedException {
    return ask(hosts, command, parallelism, (host, event) -> {});
  }

  /**
   * Asks all hosts and hands over each event as it comes.
   *
   * @param each called from many threads at once
   */
  public List<HostAnswer> ask(
      List<Host> hosts, HostCommand command, int parallelism, BiConsumer<Host, HostEvent> each)
      throws InterruptedException {
    Map<Host, HostAnswer> answers = new ConcurrentHashMap<>();
    timeline.forEach(
        hosts, parallelism, host -> answers.put(host, askOne(host, command, each, true)));
    return hosts.stream().map(host -> Objects.requireNonNull(answers.get(host))).toList();
  }

  /**
   * Asks one host something that may go on for days: events are handed over and not kept.
   *
   * @return without events
   */
  HostAnswer follow(Host host, HostCommand command, BiConsumer<Host, HostEvent> each)
      throws InterruptedException {
    return askOne(host, command, each, false);
  }

  private HostAnswer askOne(
      Host host, HostCommand command, BiConsumer<Host, HostEvent> each, boolean keep)
      throws InterruptedException {
    List<HostEvent> events = new ArrayList<>();
    HostClock[] clock = {HostClock.SAME};
    Instant sent = timeline.now();
    try {
      HostReply reply =
          agent.ask(
              host,
              command,
              event -> {
                clock[0] = HostClock.of(event, sent, timeline.now(), clock[0]);
                if (keep) {
                  events.add(event);
                }
                each.accept(host, event);
              });
      return reply.exit() == 0
          ? new HostAnswer.Done(host, events, clock[0])
          : new HostAnswer.Refused(host, reply.exit(), HostErrors.of(reply), events);
    } catch (HostUnreachableException unreachable) {
      return new HostAnswer.OutOfReach(
          host, unreachable.reason(), unreachable.hint());
    } catch (ConnectionLostException lost) {
      return new HostAnswer.OutOfReach(
          host,
          lost.reason(),
          "the host may have done it all the same: ask again");
    }
  }

  /** For hosts that answered, but not with what was asked for. */
  public static HostError error(String kind, String message) {
    return new HostError(kind, message, null, null, null);
  }
}
