package dev.deployctl.ui;

import dev.deployctl.event.AnswerEvents.HistoryEntry;
import dev.deployctl.event.OneOffCommand;
import dev.deployctl.event.TransactionOutcome;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.Durations;
import dev.deployctl.model.Host;
import dev.deployctl.output.page.model.AppView.Act;
import dev.deployctl.output.page.model.Tone;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Times;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.outcome.Release;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Puts the history entries of all hosts together: a rollout on many hosts is one row. */
final class HistoryModel {
  private final HostNames names;

  HistoryModel(HostNames names) {
    this.names = names;
  }

  /** The entries of one change. */
  private static final class Change {
    final HistoryEntry first;
    final String when;
    final Map<String, List<Host>> outcomes = new LinkedHashMap<>();
    final Set<String> errors = new LinkedHashSet<>();

    Change(HistoryEntry first, String when) {
      this.first = first;
      this.when = when;
    }
  }

  /** Returns the changes, newest first. */
  List<Act> acts(List<HostResult> answers) {
    Map<String, Change> changes = new LinkedHashMap<>();
    for (HostResult answer : answers) {
      if (answer instanceof HostResult.Answered done) {
        for (HistoryEntry entry : done.events(HistoryEntry.class)) {
          add(changes, done, entry);
        }
      }
    }
    List<Change> newest = new ArrayList<>(changes.values());
    newest.sort(Comparator.comparing((Change change) -> change.when).reversed());
    return newest.stream().map(this::act).toList();
  }

  private static void add(
      Map<String, Change> changes, HostResult.Answered done, HistoryEntry entry) {
    OneOffCommand run = entry.run();
    String one = Objects.requireNonNullElse(entry.rollout(), done.host().id() + " " + entry.ts());
    String key = entry.verb() + " " + one + " " + (run == null ? "" : run.id());
    Change change =
        changes.computeIfAbsent(key, _ -> new Change(entry, done.clock().corrected(entry.ts())));
    change
        .outcomes
        .computeIfAbsent(
            Objects.requireNonNullElse(entry.outcome(), "unfinished"), _ -> new ArrayList<>())
        .add(done.host());
    if (entry.error() != null) {
      change.errors.add(entry.error());
    }
  }

  private Act act(Change change) {
    HistoryEntry entry = change.first;
    OneOffCommand run = entry.run();
    List<String> outcomes = new ArrayList<>();
    change.outcomes.forEach((outcome, on) -> outcomes.add(outcome + " on " + names.of(on)));
    boolean image = entry.tag() != null || entry.digest() != null;
    return new Act(
        Times.text(change.when),
        run == null ? entry.verb() : entry.verb() + " " + String.join(" ", run.words()),
        image ? Wording.release(Release.of(entry)) : "",
        tone(change.outcomes.keySet()),
        String.join("; ", outcomes),
        entry.ms() == 0 ? "" : Durations.text(Duration.ofMillis(entry.ms())),
        Objects.requireNonNullElse(entry.by(), ""),
        Objects.requireNonNullElse(entry.rollout(), ""),
        String.join("; ", change.errors));
  }

  private static Tone tone(Set<String> outcomes) {
    if (outcomes.stream().anyMatch(TransactionOutcome.FAILED::is)) {
      return Tone.BAD;
    }
    boolean good =
        outcomes.stream()
            .allMatch(
                outcome ->
                    TransactionOutcome.SUCCEEDED.is(outcome)
                        || TransactionOutcome.UNCHANGED.is(outcome)
                        || TransactionOutcome.HELD.is(outcome));
    return good ? Tone.GOOD : Tone.WARN;
  }
}
