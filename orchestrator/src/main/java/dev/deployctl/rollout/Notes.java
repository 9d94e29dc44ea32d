package dev.deployctl.rollout;

import dev.deployctl.rollout.outcome.EventSink;
import dev.deployctl.rollout.outcome.RolloutEvent;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** Passes events on and keeps the notes among them, for the outcome. */
final class Notes implements EventSink {
  private final EventSink next;
  private final LinkedHashSet<String> kept = new LinkedHashSet<>();

  Notes(EventSink next) {
    this.next = next;
  }

  @Override
  public void tell(RolloutEvent event) {
    if (event instanceof RolloutEvent.Note note) {
      add(note.message());
    }
    next.tell(event);
  }

  /** Keeps a note that is no event. */
  synchronized void add(String message) {
    kept.add(message);
  }

  /** Returns the notes so far, each once, in order. */
  synchronized List<String> all() {
    return new ArrayList<>(kept);
  }
}
