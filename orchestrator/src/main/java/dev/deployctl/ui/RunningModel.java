package dev.deployctl.ui;

import dev.deployctl.event.AnswerEvents.Status;
import dev.deployctl.event.HostValues.Serving;
import dev.deployctl.event.LockHolder;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.Host;
import dev.deployctl.output.page.model.AppView.Running;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Times;
import dev.deployctl.output.terminal.Wording;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Puts the locks of all hosts together: a rollout locks each of its hosts, and works on some of
 * them. A host at work tells the id of the rollout and the step, the others only its reason.
 */
final class RunningModel {
  private final HostNames names;

  private RunningModel(HostNames names) {
    this.names = names;
  }

  /** The hosts that one change has locked. */
  private static final class Change {
    final LockHolder lock;
    final List<Serving> live = new ArrayList<>();
    final List<Host> hosts = new ArrayList<>();
    final Map<String, List<Host>> steps = new LinkedHashMap<>();
    @Nullable String rollout;

    Change(LockHolder lock) {
      this.lock = lock;
    }
  }

  /** Returns the changes in progress. */
  static List<Running> of(List<HostResult> answers, HostNames names) {
    Map<String, Change> changes = new LinkedHashMap<>();
    for (HostResult answer : answers) {
      Status status = AppModel.status(answer);
      LockHolder lock = status == null ? null : status.lock();
      if (status != null && lock != null) {
        add(changes, answer.host(), lock, status.serving());
      }
    }
    RunningModel model = new RunningModel(names);
    return changes.values().stream().map(model::running).toList();
  }

  private static void add(
      Map<String, Change> changes, Host host, LockHolder lock, @Nullable Serving serving) {
    String key = lock.holder() + " " + lock.reason();
    Change change = changes.computeIfAbsent(key, _ -> new Change(lock));
    change.hosts.add(host);
    if (lock.rollout() != null) {
      change.rollout = lock.rollout();
      String step = Objects.requireNonNullElse(lock.step(), "working");
      change.steps.computeIfAbsent(step, _ -> new ArrayList<>()).add(host);
    } else if (serving != null) {
      change.live.add(serving);
    }
  }

  /** Returns how many hosts are done; only a host at work tells which rollout it is. */
  private static String changed(Change change) {
    String rollout = change.rollout;
    if (rollout == null) {
      return "";
    }
    long done = change.live.stream().filter(live -> rollout.equals(live.rollout())).count();
    return done + " of " + change.hosts.size();
  }

  private Running running(Change change) {
    LockHolder lock = change.lock;
    List<String> steps = new ArrayList<>();
    change.steps.forEach((step, on) -> steps.add(step + " on " + names.of(on)));
    return new Running(
        lock.reason() == null
            ? "locked by " + Objects.requireNonNullElse(lock.holder(), "somebody")
            : lock.reason(),
        lock.since() == null ? "" : Times.text(lock.since()),
        Wording.count(change.hosts.size(), "host"),
        changed(change),
        String.join("; ", steps));
  }
}
