package dev.deployctl.rollout;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostError;
import dev.deployctl.event.HostErrorKind;
import dev.deployctl.event.HostEvent;
import dev.deployctl.event.OneOffEvents;
import dev.deployctl.event.TransactionEvents;
import dev.deployctl.fleet.HostCall;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.Durations;
import dev.deployctl.model.Host;
import dev.deployctl.rollout.outcome.ReleaseCommand;
import dev.deployctl.rollout.outcome.RolloutEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Runs the release command of a rollout on one host and follows it to its end. It goes on when the
 * connection breaks. Asked again for the same rollout, the host starts no second one: it sends the
 * output of the first, or its result.
 */
final class ReleaseRun {
  private static final int LAST_LINES = 20;
  private static final String UNCHANGED = "no host was changed";

  private final Ports ports;
  private final HostCall call;
  private final Host host;
  private final List<String> words;
  private final Reconnects reconnects;
  private final Instant begun;
  private final Deque<String> lines = new ArrayDeque<>();
  private OneOffEvents.@Nullable RunStarted started;
  private OneOffEvents.@Nullable RunFinished finished;
  private int heard;
  private int ofCall;
  private boolean refused;
  private boolean active;

  /**
   * @param reconnectTimeout how long a silent host is called again before its outcome is unknown
   * @param gone whether a host is known to be terminated: then it is not called again
   */
  ReleaseRun(
      Ports ports, Host host, List<String> words, Duration reconnectTimeout, Predicate<Host> gone) {
    this.ports = ports;
    this.call = new HostCall(ports.agent(), ports.timeline());
    this.host = host;
    this.words = words;
    this.reconnects = new Reconnects(ports, host, reconnectTimeout, gone);
    this.begun = ports.timeline().now();
  }

  /** Runs it. Returns null where it succeeded, else what happened. */
  @Nullable HostError run(HostCommand command) throws InterruptedException {
    ports.tell(new RolloutEvent.StageStarted(RolloutEvent.Stage.RELEASE, 1));
    HostError error = error(follow(command));
    ports.tell(
        new RolloutEvent.StageProgress(
            RolloutEvent.Stage.RELEASE,
            host,
            error == null,
            error == null ? "succeeded" : error.message()));
    ports.tell(
        new RolloutEvent.StageFinished(
            RolloutEvent.Stage.RELEASE, error == null ? 1 : 0, 1, took()));
    return error;
  }

  /** Returns what is known of the run. */
  ReleaseCommand.Run known() {
    OneOffEvents.RunStarted first = started;
    OneOffEvents.RunFinished last = finished;
    return new ReleaseCommand.Run(
        host,
        words,
        first == null ? null : first.run(),
        last != null || refused,
        last == null ? null : last.exit(),
        took());
  }

  /** Returns whether the host has started the command, as far as it said. */
  boolean hasStarted() {
    return started != null;
  }

  private Duration took() {
    return Duration.between(begun, ports.timeline().now());
  }

  private HostResult follow(HostCommand command) throws InterruptedException {
    while (true) {
      active = false;
      ofCall = 0;
      HostResult result = call.follow(host, command, this::see);
      if (active) {
        reconnects.heard();
      }
      if (finished != null || refused || result instanceof HostResult.Answered) {
        return result;
      }
      HostResult.Unreachable lost =
          switch (result) {
            case HostResult.Unreachable unreachable -> unreachable;
            case HostResult.Refused ended when started != null ->
                new HostResult.Unreachable(
                    host, "the call ended with exit code " + ended.exit(), null, true);
            default -> null;
          };
      if (lost == null) {
        return result;
      }
      HostResult.Unreachable end = reconnects.next(lost);
      if (end != null) {
        return end;
      }
    }
  }

  private void see(HostEvent event) {
    active = true;
    boolean shown =
        switch (event) {
          case OneOffEvents.RunStarted first -> {
            boolean again = started != null;
            started = first;
            yield !again;
          }
          case OneOffEvents.RunFinished last -> {
            finished = last;
            yield true;
          }
          case AnswerEvents.Refused _ -> {
            refused = true;
            yield false;
          }
          case AnswerEvents.LogLine line -> isNew(line);
          case TransactionEvents.Warning _ -> true;
          default -> false;
        };
    if (shown) {
      ports.tell(new RolloutEvent.HostTold(host, event));
    }
  }

  /** A call sends all lines from the first on, also those that an earlier call has sent. */
  private boolean isNew(AnswerEvents.LogLine line) {
    if (++ofCall <= heard) {
      return false;
    }
    heard = ofCall;
    lines.addLast(line.line());
    if (lines.size() > LAST_LINES) {
      lines.removeFirst();
    }
    return true;
  }

  private @Nullable HostError error(HostResult result) {
    OneOffEvents.RunFinished last = finished;
    if (last != null) {
      return known().succeeded() && last.error() == null ? null : ended(last);
    }
    return switch (result) {
      case HostResult.Answered _ -> null;
      case HostResult.Refused no -> withLines(no.error());
      case HostResult.Unreachable lost when lost.mayHaveRun() ->
          withLines(
              HostErrorKind.UNAVAILABLE.error(
                  (started == null
                          ? "it is not known whether the release command started: "
                          : "the host stopped answering while the release command ran: ")
                      + lost.reason(),
                  (started == null
                          ? "if it started, it goes on to its end on the host; "
                          : "the command goes on to its end on the host; ")
                      + UNCHANGED,
                  lost.hint()));
      case HostResult.Unreachable lost ->
          HostErrorKind.UNAVAILABLE.error(
              "the host became unreachable before the release command started: " + lost.reason(),
              UNCHANGED,
              lost.hint());
    };
  }

  private HostError ended(OneOffEvents.RunFinished last) {
    Integer exit = last.exit();
    String why = exit == null ? last.error() : "exit " + exit;
    return withLines(
        HostErrorKind.RELEASE_FAILED.error(
            "the release command "
                + String.join(" ", words)
                + " failed after "
                + Durations.text(took())
                + ": "
                + (why == null ? "its exit code is not known" : why)));
  }

  /** Adds the last lines of the command, and that the rollout has changed nothing. */
  private HostError withLines(HostError error) {
    HostError.Verdict verdict =
        error.verdict() == null && !lines.isEmpty()
            ? new HostError.Verdict(null, null, List.copyOf(lines))
            : error.verdict();
    return new HostError(
        error.kind(), error.message(), withUnchanged(error.state()), error.hint(), verdict);
  }

  private static String withUnchanged(@Nullable String state) {
    if (state == null) {
      return UNCHANGED;
    }
    return state.contains(UNCHANGED) ? state : state + "; " + UNCHANGED;
  }
}
