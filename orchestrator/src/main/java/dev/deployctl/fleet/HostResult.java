package dev.deployctl.fleet;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostError;
import dev.deployctl.event.HostErrorKind;
import dev.deployctl.event.HostEvent;
import dev.deployctl.model.Host;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The result of one call on one host. */
public sealed interface HostResult {
  Host host();

  /** Returns why the host did not do what it was asked, or null where it did. */
  @Nullable String problem();

  /** Returns what a person can do about the problem, or null. */
  @Nullable String hint();

  /**
   * The host did what it was asked.
   *
   * @param events what it sent, in order; empty where the caller took the events as they came
   * @param clock its clock, as far as the events tell
   */
  record Answered(Host host, List<HostEvent> events, HostClock clock) implements HostResult {
    public Answered {
      events = List.copyOf(events);
    }

    public Answered(Host host, List<HostEvent> events) {
      this(host, events, HostClock.SAME);
    }

    /** Returns the events of one type, in order. */
    public <E extends HostEvent> List<E> events(Class<E> type) {
      return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** Returns the status of the one app that was asked for; null where the host sent none. */
    public AnswerEvents.@Nullable Status status() {
      List<AnswerEvents.Status> all = events(AnswerEvents.Status.class);
      return all.size() == 1 ? all.getFirst() : null;
    }

    @Override
    public @Nullable String problem() {
      return null;
    }

    @Override
    public @Nullable String hint() {
      return null;
    }
  }

  /**
   * The host answered that it did not do it.
   *
   * @param exit the exit code of the call, with the meaning of {@code docs/events.md}
   * @param events what it sent before
   */
  record Refused(Host host, int exit, HostError error, List<HostEvent> events)
      implements HostResult {
    public Refused {
      events = List.copyOf(events);
    }

    /** A refusal with the exit code of its kind. */
    public Refused(Host host, HostErrorKind kind, HostError error) {
      this(host, kind.exitCode(), error, List.of());
    }

    /** Returns whether somebody else has locked the app. */
    public boolean locked() {
      return error.is(HostErrorKind.LOCKED);
    }

    /** Returns whether the host may have done it all the same: it failed with a defect. */
    public boolean mayHaveRun() {
      return exit == HostErrorKind.INTERNAL.exitCode();
    }

    @Override
    public String problem() {
      return error.message();
    }

    @Override
    public @Nullable String hint() {
      return error.hint();
    }
  }

  /**
   * No answer came.
   *
   * @param mayHaveRun whether the connection broke while the command ran; false where no connection
   *     was made and nothing was started
   */
  record Unreachable(Host host, String reason, @Nullable String hint, boolean mayHaveRun)
      implements HostResult {
    @Override
    public String problem() {
      return reason;
    }
  }
}
