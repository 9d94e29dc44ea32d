package dev.deployctl.fleet;

import dev.deployctl.event.HostError;
import dev.deployctl.event.HostEvent;
import dev.deployctl.model.Host;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came of one call on one host. */
public sealed interface HostAnswer {
  Host host();

  /**
   * It did what it was asked, and told these events.
   *
   * @param clock the host's clock, as far as the answer told
   */
  record Done(Host host, List<HostEvent> events, HostClock clock) implements HostAnswer {
    public Done {
      events = List.copyOf(events);
    }

    public Done(Host host, List<HostEvent> events) {
      this(host, events, HostClock.SAME);
    }
  }

  /**
   * It answered that it did not do it.
   *
   * @param exit its exit code, with the meaning of {@code docs/events.md}
   */
  record Refused(Host host, int exit, HostError error, List<HostEvent> events)
      implements HostAnswer {
    public Refused {
      events = List.copyOf(events);
    }

    /** Somebody else holds the app. */
    public boolean locked() {
      return exit == 75;
    }

    /** Returns whether it may have been done all the same. */
    boolean notKnown() {
      return exit == HostReply.NOT_KNOWN;
    }
  }

  record OutOfReach(Host host, String reason, @Nullable String hint) implements HostAnswer {}
}
