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
import org.jspecify.annotations.Nullable;

/** What every host says of its apps, asked at once. Reads only. */
public final class FleetStatus {
  private final HostAgent agent;
  private final Timeline timeline;

  public FleetStatus(HostAgent agent, Timeline timeline) {
    this.agent = agent;
    this.timeline = timeline;
  }

  /** One host's answer. */
  public sealed interface Answer {
    Host host();

    /**
     * What it says of its apps.
     *
     * @param clock its clock, as far as the answer told
     */
    record Told(Host host, List<HostEvent.Status> apps, HostClock clock) implements Answer {
      public Told {
        apps = List.copyOf(apps);
      }

      public Told(Host host, List<HostEvent.Status> apps) {
        this(host, apps, HostClock.SAME);
      }

      /** What the host says of the one app it was asked about. */
      public HostEvent.@Nullable Status only() {
        return apps.size() == 1 ? apps.getFirst() : null;
      }
    }

    /** It answered, but not with a status. */
    record Failed(Host host, HostError error) implements Answer {}

    record OutOfReach(Host host, String reason, @Nullable String hint) implements Answer {}
  }

  /** Asks all hosts; the answers come in the order of the hosts. */
  public List<Answer> ask(List<Host> hosts, HostCommand command, int parallelism)
      throws InterruptedException {
    Map<Host, Answer> answers = new ConcurrentHashMap<>();
    timeline.forEach(hosts, parallelism, host -> answers.put(host, askOne(host, command)));
    return hosts.stream().map(host -> Objects.requireNonNull(answers.get(host))).toList();
  }

  private Answer askOne(Host host, HostCommand command) throws InterruptedException {
    List<HostEvent.Status> apps = new ArrayList<>();
    HostClock[] clock = {HostClock.SAME};
    Instant sent = timeline.now();
    try {
      HostReply reply =
          agent.ask(
              host,
              command,
              event -> {
                clock[0] = HostClock.of(event, sent, timeline.now(), clock[0]);
                if (event instanceof HostEvent.Status status) {
                  apps.add(status);
                }
              });
      if (reply.exit() != 0) {
        return new Answer.Failed(host, HostErrors.of(reply));
      }
      return command.words().size() > 1 && apps.isEmpty()
          ? new Answer.Failed(host, HostErrors.noAnswer(reply, command))
          : new Answer.Told(host, apps, clock[0]);
    } catch (HostUnreachableException unreachable) {
      return new Answer.OutOfReach(
          host, unreachable.reason(), unreachable.hint());
    } catch (ConnectionLostException lost) {
      return new Answer.OutOfReach(host, lost.reason(), null);
    }
  }
}
