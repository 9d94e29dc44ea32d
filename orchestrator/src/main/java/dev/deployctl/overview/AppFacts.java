package dev.deployctl.overview;

import dev.deployctl.event.AnswerEvents.Status;
import dev.deployctl.event.AppState;
import dev.deployctl.event.HeldRelease;
import dev.deployctl.event.HostValues;
import dev.deployctl.event.HostValues.Applied;
import dev.deployctl.event.HostValues.ProcessInstances;
import dev.deployctl.event.LockHolder;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.Host;
import dev.deployctl.overview.AppSummary.Remark;
import dev.deployctl.rollout.outcome.Release;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects what the hosts of one app say of it. */
final class AppFacts {
  private final String app;
  private final List<Host> hosts;
  private final Map<String, HostResult> answers;
  private final List<Host> knowing = new ArrayList<>();
  private final Map<String, Release> serving = new LinkedHashMap<>();
  private final Map<Said, List<Host>> said = new LinkedHashMap<>();
  private int healthy;

  /** Something that several hosts may say. */
  private record Said(Attention state, String text) {}

  /**
   * @param answers by host id
   */
  AppFacts(String app, List<Host> hosts, Map<String, HostResult> answers) {
    this.app = app;
    this.hosts = hosts;
    this.answers = answers;
  }

  AppSummary summary() {
    for (Host host : hosts) {
      hear(host, answers.get(host.id()));
    }
    List<Remark> remarks = new ArrayList<>();
    said.forEach((one, on) -> remarks.add(new Remark(one.state(), on, one.text())));
    remarks.sort(Comparator.comparing(Remark::state));
    return new AppSummary(app, state(remarks), hosts, knowing, healthy, serving, remarks);
  }

  private Attention state(List<Remark> remarks) {
    if (hosts.isEmpty()) {
      return Attention.NO_HOSTS;
    }
    Attention gravest = remarks.isEmpty() ? Attention.OK : remarks.getFirst().state();
    return isMixed() && Attention.MIXED.compareTo(gravest) < 0 ? Attention.MIXED : gravest;
  }

  /** Returns whether the hosts that know the app run different images, or some run none. */
  private boolean isMixed() {
    return knowing.stream().map(host -> image(serving.get(host.id()))).distinct().limit(2).count()
        > 1;
  }

  private static String image(@Nullable Release release) {
    if (release == null) {
      return "";
    }
    return release.digest() == null ? String.valueOf(release.id()) : release.digest().value();
  }

  private void hear(Host host, @Nullable HostResult answer) {
    if (answer == null || answer.problem() != null) {
      say(Attention.NO_ANSWER, host, "no answer: the state of " + app + " is not known there");
      return;
    }
    Status status =
        AppsOverview.statuses(answer).stream()
            .filter(one -> one.app().equals(app))
            .findFirst()
            .orElse(null);
    if (status == null) {
      say(Attention.NOT_HERE, host, "not defined there, or not for this user");
    } else {
      hear(host, status);
    }
  }

  private void hear(Host host, Status status) {
    knowing.add(host);
    if (status.serving() != null) {
      serving.put(host.id(), Release.of(status.serving()));
    }
    AppState state = AppState.of(status.state());
    switch (state) {
      case OK -> healthy++;
      case DOWN -> say(Attention.DOWN, host, reason("down", status));
      case DEGRADED -> say(Attention.DEGRADED, host, reason("degraded", status));
      case NONE -> say(Attention.NONE, host, "nothing is deployed");
      case BUSY -> say(Attention.BUSY, host, "busy" + holder(status.lock()));
      case MAINTENANCE -> say(Attention.MAINTENANCE, host, "maintenance: users get the 503 page");
      case STOPPED -> say(Attention.STOPPED, host, "stopped: users get the 503 page");
      case OTHER ->
          say(Attention.WARNING, host, "in state " + status.state() + ", unknown to this version");
    }
    if (status.lock() != null && state != AppState.BUSY) {
      say(Attention.LOCKED, host, "locked" + holder(status.lock()));
    }
    HeldRelease held = status.held();
    if (held != null) {
      String label = held.tag() == null ? held.release() : held.tag();
      say(
          Attention.HELD,
          host,
          label + " is held" + until(held.until()) + ": promote or abandon it");
    }
    HostValues.DeployFreeze freeze = status.freeze();
    if (freeze != null && freeze.kind().equals("freeze")) {
      String why = freeze.reason() == null ? "" : ": " + freeze.reason();
      say(Attention.FROZEN, host, "deploys are frozen" + until(freeze.until()) + why);
    }
    if (!state.failed()) {
      warn(host, status);
    }
  }

  /** Names the first difference from what is recorded; the status of the app has the others. */
  private static String reason(String state, Status status) {
    List<String> reasons = new ArrayList<>(status.drift());
    if (reasons.isEmpty() && status.running() < status.wanted()) {
      reasons.add(status.running() + " of " + status.wanted() + " instances run");
    }
    for (ProcessInstances process : status.processes()) {
      if (process.running() < process.wanted()) {
        reasons.add(
            "%s runs %d of %d instances"
                .formatted(process.process(), process.running(), process.wanted()));
      }
    }
    if (reasons.isEmpty()) {
      return state;
    }
    String more = reasons.size() == 1 ? "" : " (and " + (reasons.size() - 1) + " more)";
    return state + ": " + reasons.getFirst() + more;
  }

  private void warn(Host host, Status status) {
    int restarts =
        status.restarts() + status.processes().stream().mapToInt(ProcessInstances::restarts).sum();
    if (restarts > 0) {
      String times = restarts == 1 ? "once" : restarts + " times";
      say(
          Attention.WARNING,
          host,
          "containers ended and were started again " + times + since(status.restarted()));
    }
    Applied applied = status.applied();
    if (applied != null && !applied.drift().isEmpty()) {
      say(
          Attention.WARNING,
          host,
          String.join(", ", applied.drift()) + " changed on the host since the last apply");
    }
  }

  private static String since(@Nullable String last) {
    return last == null ? "" : ", last " + minute(last);
  }

  private static String until(@Nullable String end) {
    return end == null ? "" : " until " + minute(end);
  }

  private static String holder(@Nullable LockHolder lock) {
    if (lock == null) {
      return "";
    }
    StringBuilder text = new StringBuilder(" by ");
    text.append(lock.holder() == null ? "somebody" : lock.holder());
    if (lock.since() != null) {
      text.append(" since ").append(minute(lock.since()));
    }
    if (lock.step() != null) {
      text.append(", at step ").append(lock.step());
    }
    return text + (lock.reason() == null ? "" : ": " + lock.reason());
  }

  /** Returns a host's time to the minute, so that hosts that mean the same say the same. */
  private static String minute(String ts) {
    return ts.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:.*Z")
        ? ts.substring(0, 16).replace('T', ' ') + " UTC"
        : ts;
  }

  private void say(Attention state, Host host, String text) {
    said.computeIfAbsent(new Said(state, text), _ -> new ArrayList<>()).add(host);
  }
}
