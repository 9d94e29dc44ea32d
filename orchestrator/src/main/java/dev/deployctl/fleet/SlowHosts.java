package dev.deployctl.fleet;

import dev.deployctl.model.Host;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Runs a task on hosts side by side, and names the hosts that the others wait for. */
public final class SlowHosts {
  private static final Duration LOOK = Duration.ofSeconds(2);

  /** Longer than a healthy host takes. */
  private static final Duration SLOW = Duration.ofSeconds(8);

  /** More names than this nobody reads. */
  private static final int NAMED = 5;

  private final Timeline timeline;
  private final Consumer<String> notes;
  private final Map<Host, Instant> asked = new ConcurrentHashMap<>();
  private final Set<Host> named = new HashSet<>();

  /**
   * @param notes receives a sentence about slow hosts; each host is named once
   */
  public SlowHosts(Timeline timeline, Consumer<String> notes) {
    this.timeline = timeline;
    this.notes = notes;
  }

  /** Does what {@link Timeline#forEach} does. */
  public void forEach(List<Host> hosts, int parallelism, Timeline.Task<Host> task)
      throws InterruptedException {
    try (Timeline.Beat _ = timeline.every(LOOK, this::look)) {
      timeline.forEach(hosts, parallelism, host -> watch(host, task));
    }
  }

  /** Runs a task on one host, on the calling thread. */
  public void run(Host host, Timeline.Task<Host> task) throws InterruptedException {
    try (Timeline.Beat _ = timeline.every(LOOK, this::look)) {
      watch(host, task);
    }
  }

  private void watch(Host host, Timeline.Task<Host> task) throws InterruptedException {
    asked.put(host, timeline.now());
    try {
      task.run(host);
    } finally {
      asked.remove(host);
    }
  }

  /** Takes note that a host has sent something: it is busy, and not slow. */
  public void heard(Host host) {
    asked.remove(host);
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
      notes.accept(
          "still waiting for "
              + names
              + more
              + ": no answer for "
              + SLOW.toSeconds()
              + " s; --hosts leaves hosts out");
    }
  }
}
