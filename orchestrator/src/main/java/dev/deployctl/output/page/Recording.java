package dev.deployctl.output.page;

import dev.deployctl.event.TransactionEvents;
import dev.deployctl.model.Host;
import dev.deployctl.rollout.outcome.EventSink;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutPlan;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Records the events of a rollout that its report shows, with their times. */
public final class Recording implements EventSink {
  private final Clock clock;
  private final Map<String, Track> tracks = new LinkedHashMap<>();
  private final List<Batch> batches = new ArrayList<>();
  private @Nullable RolloutPlan plan;

  public Recording(Clock clock) {
    this.clock = clock;
  }

  @Override
  public synchronized void tell(RolloutEvent event) {
    Instant now = clock.instant();
    switch (event) {
      case RolloutEvent.Planned planned -> plan = planned.plan();
      case RolloutEvent.BatchStarted started ->
          batches.add(
              new Batch(started.number(), started.of(), started.hosts(), started.canary(), now));
      case RolloutEvent.BatchFinished finished -> {
        if (!batches.isEmpty()) {
          batches.getLast().end(now, finished.failures(), finished.budget());
        }
      }
      case RolloutEvent.HostStarted started -> track(started.host()).start(now);
      case RolloutEvent.HostFinished finished -> track(finished.outcome()).end(now);
      case RolloutEvent.HostTold told -> {
        Track track = tracks.get(told.host().id());
        if (track != null && track.running) {
          told(track, told, now);
        }
      }
      default -> {
        // The outcome tells the rest.
      }
    }
  }

  private static void told(Track track, RolloutEvent.HostTold told, Instant now) {
    switch (told.event()) {
      case TransactionEvents.StepStarted started -> track.step(started.step(), now);
      case TransactionEvents.StepFinished finished ->
          track.stepEnded(finished.step(), now, Duration.ofMillis(finished.ms()), false);
      case TransactionEvents.StepFailed failed ->
          track.stepEnded(failed.step(), now, Duration.ofMillis(failed.ms()), true);
      default -> {
        // No step begins or ends.
      }
    }
  }

  private Track track(Host host) {
    return tracks.computeIfAbsent(host.id(), _ -> new Track(host));
  }

  private Track track(HostOutcome outcome) {
    return track(outcome.host());
  }

  /** Returns the plan; null where the rollout ended before there was one. */
  synchronized @Nullable RolloutPlan plan() {
    return plan;
  }

  /** Returns the batches that were started. */
  synchronized List<Batch> batches() {
    return List.copyOf(batches);
  }

  /** Returns the hosts that were started, in their order. */
  synchronized List<Track> tracks() {
    return tracks.values().stream().filter(track -> track.started != null).toList();
  }

  /** A batch and its times. */
  static final class Batch {
    final int number;
    final int of;
    final List<Host> hosts;
    final boolean canary;
    final Instant started;
    private @Nullable Instant ended;
    private int failures;
    private int budget;

    Batch(int number, int of, List<Host> hosts, boolean canary, Instant started) {
      this.number = number;
      this.of = of;
      this.hosts = hosts;
      this.canary = canary;
      this.started = started;
    }

    private void end(Instant now, int failed, int allowed) {
      ended = now;
      failures = failed;
      budget = allowed;
    }

    /** Returns how long it took; null where it did not end. */
    @Nullable Duration took() {
      return ended == null ? null : Duration.between(started, ended);
    }

    /** Returns the failures of the rollout when this batch ended, and how many it may have. */
    String budget() {
      return ended == null ? "" : failures + " of " + budget;
    }
  }

  /**
   * A step of a host.
   *
   * @param took null where its end is not known
   */
  record Span(String step, Instant started, @Nullable Duration took, boolean failed) {}

  /** The steps of one host. */
  static final class Track {
    final Host host;
    private final List<Span> spans = new ArrayList<>();
    private boolean running;
    private @Nullable Instant started;
    private @Nullable Instant ended;

    Track(Host host) {
      this.host = host;
    }

    private void start(Instant now) {
      started = started == null ? now : started;
      running = true;
    }

    private void end(Instant now) {
      running = false;
      ended = now;
    }

    private void step(String step, Instant now) {
      spans.add(new Span(step, now, null, false));
    }

    /** The host's own figure counts: after a lost connection the events come late. */
    private void stepEnded(String step, Instant now, Duration took, boolean failed) {
      Instant began = now.minus(took);
      if (!spans.isEmpty() && spans.getLast().step.equals(step) && spans.getLast().took == null) {
        Span open = spans.removeLast();
        began = open.started.isBefore(began) ? began : open.started;
      }
      spans.add(new Span(step, began, took, failed));
    }

    List<Span> spans() {
      return List.copyOf(spans);
    }

    /** Returns when the host was started; the epoch where it was not. */
    Instant started() {
      return started == null ? Instant.EPOCH : started;
    }

    /** Returns when the host was through; its start where that is not known. */
    Instant ended() {
      return ended == null ? started() : ended;
    }
  }
}
