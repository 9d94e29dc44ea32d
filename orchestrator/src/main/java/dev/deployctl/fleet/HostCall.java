package dev.deployctl.fleet;

import dev.deployctl.event.HostError;
import dev.deployctl.event.HostErrorKind;
import dev.deployctl.event.HostEvent;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.Host;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Calls the host script on one host. However the call ends, it ends in a {@link HostResult}. */
public final class HostCall {
  private final HostAgent agent;
  private final Timeline timeline;

  public HostCall(HostAgent agent, Timeline timeline) {
    this.agent = agent;
    this.timeline = timeline;
  }

  /** Asks one host and keeps its events. */
  public HostResult ask(Host host, HostCommand command) throws InterruptedException {
    return ask(host, command, event -> {});
  }

  /** Asks one host, hands over each event as it comes, and keeps them all. */
  public HostResult ask(Host host, HostCommand command, Consumer<HostEvent> each)
      throws InterruptedException {
    List<HostEvent> events = new ArrayList<>();
    return call(
        host,
        command,
        events,
        event -> {
          events.add(event);
          each.accept(event);
        });
  }

  /** Asks one host something that may take days: events are handed over and not kept. */
  public HostResult follow(Host host, HostCommand command, Consumer<HostEvent> each)
      throws InterruptedException {
    return call(host, command, null, each);
  }

  private HostResult call(
      Host host, HostCommand command, @Nullable List<HostEvent> kept, Consumer<HostEvent> each)
      throws InterruptedException {
    HostClock[] clock = {HostClock.SAME};
    AtomicReference<@Nullable HostError> malformed = new AtomicReference<>();
    Instant sent = timeline.now();
    return HostCall.<HostResult>attempt(
        host,
        command.lostHint(),
        () -> {
          HostReply reply =
              agent.ask(
                  host,
                  command,
                  event -> {
                    malformed.compareAndSet(null, ContractCheck.problem(event));
                    clock[0] = HostClock.of(event, sent, timeline.now(), clock[0]);
                    each.accept(event);
                  });
          HostError problem = malformed.get();
          if (problem != null) {
            return new HostResult.Refused(host, HostErrorKind.INTERNAL, problem);
          }
          List<HostEvent> events = kept == null ? List.of() : kept;
          if (reply.exit() != 0) {
            return new HostResult.Refused(
                host, reply.exit(), HostErrors.of(reply, command), events);
          }
          return kept != null && !command.isCompleteWith(events)
              ? new HostResult.Refused(
                  host, HostErrorKind.INTERNAL, HostErrors.noAnswer(reply, command))
              : new HostResult.Answered(host, events, clock[0]);
        },
        lost -> lost);
  }

  /** Something that needs a connection to a host. */
  public interface Attempt<T> {
    T run() throws HostUnreachableException, ConnectionLostException, InterruptedException;
  }

  /**
   * Runs an attempt; the one place that knows the two ways in which a connection fails.
   *
   * @param lostHint what to do where the connection breaks, or null
   * @param otherwise makes the result where the host is unreachable
   */
  public static <T> T attempt(
      Host host,
      @Nullable String lostHint,
      Attempt<T> attempt,
      Function<HostResult.Unreachable, T> otherwise)
      throws InterruptedException {
    try {
      return attempt.run();
    } catch (HostUnreachableException unreachable) {
      return otherwise.apply(
          new HostResult.Unreachable(host, unreachable.reason(), unreachable.hint(), false));
    } catch (ConnectionLostException lost) {
      return otherwise.apply(new HostResult.Unreachable(host, lost.reason(), lostHint, true));
    }
  }
}
