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
 * them.
 */
final class RunningModel {
  private final HostNames names;

  private RunningModel(HostNames names) {
    this.names = names;
  }

  /** The hosts that one change has locked. */
  private static final class Change {
    final LockHolder lock;
    final List<Host> hosts = new ArrayList<>();
    final Map<String, List<Host>> steps = new LinkedHashMap<>();
    int changed;

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
    String rollout = lock.rollout();
    String key = rollout == null ? lock.holder() + " " + lock.reason() : rollout;
    Change change = changes.computeIfAbsent(key, _ -> new Change(lock));
    change.hosts.add(host);
    if (lock.step() != null) {
      change.steps.computeIfAbsent(lock.step(), _ -> new ArrayList<>()).add(host);
    } else if (rollout != null && serving != null && rollout.equals(serving.rollout())) {
      change.changed++;
    }
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
        lock.rollout() == null ? "" : change.changed + " of " + change.hosts.size(),
        String.join("; ", steps));
  }
}
