package dev.deployctl.output.tables;

import dev.deployctl.event.AnswerEvents.Status;
import dev.deployctl.event.HeldRelease;
import dev.deployctl.event.HostValues.Applied;
import dev.deployctl.event.HostValues.DeployFreeze;
import dev.deployctl.event.HostValues.ProcessInstances;
import dev.deployctl.event.HostValues.RetiringInstance;
import dev.deployctl.event.LockHolder;
import dev.deployctl.event.OneOffCommand;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Line;
import dev.deployctl.output.terminal.Page;
import dev.deployctl.output.terminal.Times;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.outcome.Release;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prints what is to be known of hosts beside their rows in the status table. */
final class StatusRemarks {
  private final Page page;
  private final HostNames names;
  private final boolean several;

  /**
   * @param several whether the hosts tell of several apps
   */
  StatusRemarks(Page page, HostNames names, boolean several) {
    this.page = page;
    this.names = names;
    this.several = several;
  }

  void print(HostResult host, List<Status> apps) {
    String name = names.of(host.host());
    String problem = host.problem();
    if (problem != null) {
      page.words(remark(Colour.BAD, name), problem);
      String hint = host.hint();
      if (hint != null) {
        page.words(page.line("   "), Colour.FAINT, hint);
      }
    }
    if (!apps.isEmpty() && apps.getFirst().drained() != null) {
      warn(name, DrainLog.text(apps.getFirst().drained()) + ": load balancers send it no requests");
    }
    for (Status status : apps) {
      print(several ? name + " " + status.app() : name, status);
    }
  }

  private void print(String subject, Status status) {
    if (status.restarts() > 0) {
      warn(subject, "its containers " + restarts(status.restarts(), status.restarted()));
    }
    for (ProcessInstances process : status.processes()) {
      if (process.restarts() > 0) {
        warn(
            subject,
            "containers of "
                + process.process()
                + " "
                + restarts(process.restarts(), process.restarted()));
      }
    }
    status.drift().forEach(drift -> warn(subject, drift));
    Applied applied = status.applied();
    if (applied != null) {
      applied
          .drift()
          .forEach(
              file ->
                  warn(
                      subject,
                      file + " differs from the last apply (" + ApplyDiff.when(applied) + ")"));
    }
    status.retiring().forEach(instance -> warn(subject, retiring(instance)));
    for (OneOffCommand run : status.runs()) {
      warn(subject, OneOffText.running(run));
    }
    HeldRelease held = status.held();
    if (held != null) {
      warn(subject, held(status.app(), held));
    }
    DeployFreeze freeze = status.freeze();
    if (freeze != null) {
      warn(subject, freeze(freeze));
    }
    LockHolder lock = status.lock();
    if (lock != null) {
      warn(subject, "locked " + lock(lock));
    }
  }

  private static String freeze(DeployFreeze freeze) {
    String reason = freeze.reason();
    String until = freeze.until();
    return (freeze.kind().equals("window")
            ? "deploys only in its windows, now closed; the next is "
            : "deploys are frozen by ")
        + freeze.name()
        + (until == null
            ? ""
            : (freeze.kind().equals("window") ? ", at " : ", until ") + Times.text(until) + " UTC")
        + (reason == null ? "" : ": " + reason);
  }

  private void warn(String subject, String text) {
    page.words(remark(Colour.WARN, subject), text);
  }

  private Line remark(Colour colour, String subject) {
    return page.line(" ").add(colour, subject).add("  ");
  }

  private static String restarts(int number, @Nullable String last) {
    return "ended and were started again: "
        + Wording.count(number, "time")
        + (last == null ? "" : ", last " + Times.text(last));
  }

  private static String retiring(RetiringInstance instance) {
    String release = instance.release();
    String until = instance.until();
    String end = instance.killed() ? "; its time is over, and it is being killed" : "";
    return instance.process()
        + " "
        + instance.instance()
        + (release == null ? " of an old release" : " of release " + release)
        + " finishes what it has in hand, since "
        + Times.text(instance.since())
        + (until == null ? "" : ", until " + Times.text(until))
        + end;
  }

  private static String held(String app, HeldRelease held) {
    return "holds "
        + Wording.release(Release.of(held))
        + " as "
        + held.release()
        + (held.by() == null ? "" : ", by " + held.by())
        + (held.since() == null ? "" : " since " + Times.text(held.since()))
        + (held.until() == null ? "" : ", until " + Times.text(held.until()))
        + ": deployctl promote "
        + app
        + " makes it live, deployctl abandon "
        + app
        + " removes it";
  }

  private static String lock(LockHolder lock) {
    List<String> parts = new ArrayList<>();
    parts.add("by " + (lock.holder() == null ? "somebody" : lock.holder()));
    if (lock.since() != null) {
      parts.add("since " + Times.text(lock.since()));
    }
    if (lock.step() != null) {
      parts.add("at step " + lock.step());
    }
    return String.join(" ", parts) + (lock.reason() == null ? "" : ": " + lock.reason());
  }
}
