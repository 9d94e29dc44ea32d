package dev.deployctl.output.tables;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deployctl.event.HostError;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.App;
import dev.deployctl.model.Durations;
import dev.deployctl.model.Host;
import dev.deployctl.model.LockId;
import dev.deployctl.output.json.Json;
import dev.deployctl.output.json.JsonLines;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Page;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.output.terminal.Wording;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prints what each host answered when it was asked to do one thing. */
public final class FleetAnswers {
  private static final int NOTHING_DONE = 3;

  private final Page page;
  private final @Nullable JsonLines json;

  public FleetAnswers(PrintWriter out, Terminal terminal, boolean json) {
    this.page = new Page(out, terminal);
    this.json = json ? new JsonLines(out, Clock.systemUTC()) : null;
  }

  /**
   * One line a host.
   *
   * @param done what a host has done that did it: {@code stopped}
   */
  public void print(List<HostResult> answers, String done) {
    if (json != null) {
      answers.forEach(answer -> json.write("host.answer", object(answer)));
      return;
    }
    HostNames names = names(answers);
    for (HostResult answer : answers) {
      if (answer instanceof HostResult.Answered) {
        page.print(
            page.line(" ").add(Colour.GOOD, "✓ ").add(names.of(answer.host()) + "  " + done));
      } else {
        problem(answer, names);
      }
    }
    page.flush();
  }

  /** Prints only the hosts that did not do it, and those whose clock is wrong. */
  public void problems(List<HostResult> answers) {
    HostNames names = names(answers);
    for (HostResult answer : answers) {
      problem(answer, names);
    }
    page.flush();
  }

  private void problem(HostResult answer, HostNames names) {
    switch (answer) {
      case HostResult.Refused refused -> {
        HostError error = refused.error();
        String state = error.state();
        said(names.of(answer.host()), error.message() + (state == null ? "" : "; " + state));
        next(error.hint());
      }
      case HostResult.Unreachable gone -> {
        said(names.of(answer.host()), gone.reason());
        next(gone.hint());
      }
      case HostResult.Answered done -> clock(done, names);
    }
  }

  /** Says that times of this host were corrected: lines are in the order of one clock. */
  private void clock(HostResult.Answered done, HostNames names) {
    if (done.clock().isOff()) {
      page.words(
          page.line(" ").add(Colour.WARN, "! ").add(names.of(done.host()) + "  "),
          Wording.clock(done.clock()));
    }
  }

  /** Prints how to leave out the hosts that are unreachable, where others are left. */
  public void leaveOut(List<HostResult> answers, List<Host> hosts) {
    List<Host> out =
        answers.stream()
            .filter(HostResult.Unreachable.class::isInstance)
            .map(HostResult::host)
            .toList();
    List<Host> others = hosts.stream().filter(host -> !out.contains(host)).toList();
    if (json != null || out.isEmpty() || others.isEmpty()) {
      return;
    }
    HostNames names = new HostNames(hosts);
    page.words(
        page.line("  "),
        Wording.count(out.size(), "host")
            + (out.size() == 1 ? " is" : " are")
            + " unreachable; without "
            + (out.size() == 1 ? "it" : "them")
            + ": --hosts "
            + String.join(",", others.stream().map(names::option).toList()));
    page.flush();
  }

  private void said(String host, String what) {
    page.words(page.line(" ").add(Colour.BAD, "✗ ").add(host + "  "), what);
  }

  private void next(@Nullable String hint) {
    if (hint != null) {
      page.words(page.line("     "), Colour.FAINT, hint);
    }
  }

  /** Prints a sentence for people. */
  public void say(String sentence) {
    if (json == null) {
      page.print(page.line(sentence));
      page.flush();
    }
  }

  /** Prints a lock that was acquired, and what it is used for. */
  public void lock(App app, LockId lock, List<Host> hosts, Duration expires) {
    if (json != null) {
      ObjectNode object =
          Json.object()
              .put("app", app.name())
              .put("lock", lock.value())
              .put("expires_s", expires.toSeconds());
      object.set("hosts", Json.list(hosts, Json::host));
      json.write("lock.taken", object);
      return;
    }
    page.print(
        page.line()
            .add(Colour.GOOD, "✓ ")
            .add(app + " is locked on " + Wording.count(hosts.size(), "host") + ": " + lock));
    page.print(page.line("  expires in " + Durations.text(expires)));
    page.print(page.line("  to roll out   deployctl rollout " + app + " --tag TAG --lock " + lock));
    page.print(page.line("  to end it     deployctl unlock " + app + " --lock " + lock));
    page.flush();
  }

  /** Prints that the user declined; returns the exit code of that. */
  public int nothingTouched() {
    say("Nothing was touched.");
    return NOTHING_DONE;
  }

  private static HostNames names(List<HostResult> answers) {
    return new HostNames(answers.stream().map(HostResult::host).toList());
  }

  private static ObjectNode object(HostResult answer) {
    ObjectNode object = Json.object();
    object.set("host", Json.host(answer.host()));
    object.put("ok", answer instanceof HostResult.Answered);
    switch (answer) {
      case HostResult.Refused refused ->
          object
              .put("kind", refused.error().kind())
              .put("message", refused.error().message())
              .put("hint", refused.error().hint());
      case HostResult.Unreachable gone ->
          object.put("kind", "unreachable").put("message", gone.reason()).put("hint", gone.hint());
      case HostResult.Answered done -> {}
    }
    return object;
  }
}
