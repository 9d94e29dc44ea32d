package dev.deployctl.fleet;

import dev.deployctl.event.AnswerEvents;
import java.util.HashMap;
import java.util.Map;

/**
 * Tells the new lines of a host from those that it sends again after a new connection, for each
 * instance alone: lines of two instances are in no order.
 */
final class HeardLines {
  private final Map<String, Instance> instances = new HashMap<>();

  /** Returns whether no line was heard yet. */
  boolean isEmpty() {
    return instances.isEmpty();
  }

  /** Expects the lines of the past once more. */
  void again() {
    instances.values().forEach(Instance::again);
  }

  /** Returns whether a line is new, and remembers it. */
  boolean isNew(AnswerEvents.LogLine line) {
    String instance = line.process() + " " + line.instance();
    return instances.computeIfAbsent(instance, _ -> new Instance()).isNew(line.ts());
  }

  /** The last line received of an instance; many lines may carry the same time. */
  private static final class Instance {
    private String last = "";
    private int ofLast;
    private boolean replay;
    private int replayed;

    void again() {
      replay = true;
      replayed = 0;
    }

    boolean isNew(String ts) {
      int order = ts.compareTo(last);
      if (replay && (order < 0 || (order == 0 && ++replayed <= ofLast))) {
        return false;
      }
      replay = false;
      if (order > 0) {
        last = ts;
        ofLast = 0;
      }
      ofLast += order >= 0 ? 1 : 0;
      return true;
    }
  }
}
