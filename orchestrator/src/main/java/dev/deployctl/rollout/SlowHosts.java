package dev.deployctl.rollout;

import dev.deployctl.fleet.Timeline;
import dev.deployctl.model.Host;
import dev.deployctl.rollout.outcome.EventSink;
import dev.deployctl.rollout.outcome.RolloutEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Asks hosts side by side, and says for which of them all others wait. */
final class SlowHosts {
  private static final Duration LOOK = Duration.ofSeconds(2);

  /** Longer than a host in good health takes. */
  private static final Duration SLOW = Duration.ofSeconds(8);

  /** More names than this nobody reads. */
  private static final int NAMED = 5;

  private final Timeline timeline;
  private final EventSink sink;
  private final Map<Host, Instant> asked = new ConcurrentHashMap<>();
  private final Set<Host> named = new HashSet<>();

  SlowHosts(Timeline timeline, EventSink sink) {
    this.timeline = timeline;
    this.sink = sink;
  }

  /** Does what {@link Timeline#forEach} does. */
  void forEach(List<Host> hosts, int parallelism, Timeline.Task<Host> task)
      throws InterruptedException {
    try (Timeline.Beat _ = timeline.every(LOOK, this::look)) {
      timeline.forEach(
          hosts,
          parallelism,
          host -> {
            asked.put(host, timeline.now());
            try {
              task.run(host);
            } finally {
              asked.remove(host);
            }
          });
    }
  }

  private void look() {
    Instant now = timeline.now();
    List<Host> slow =
        asked.entrySet().stream()
            .filter(entry -> Duration.between(entry.getValue(), now).compareTo(SLOW) >= 0)
            .map(Map.Entry::getKey)
            .filter(named::add)
            .toList();
    if (!slow.isEmpty()) {
      String names =
          String.join(", ", slow.stream().limit(NAMED).map(Host::name).sorted().toList());
      String more = slow.size() > NAMED ? " and " + (slow.size() - NAMED) + " more" : "";
      sink.tell(
          new RolloutEvent.Note(
              "still waiting for "
                  + names
                  + more
                  + ": no answer for "
                  + SLOW.toSeconds()
                  + " s, and the others wait for it; --hosts leaves hosts out"));
    }
  }
}
