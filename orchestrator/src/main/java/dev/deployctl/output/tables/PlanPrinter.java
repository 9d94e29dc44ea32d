package dev.deployctl.output.tables;

import dev.deployctl.event.EnvChange;
import dev.deployctl.model.Durations;
import dev.deployctl.model.Host;
import dev.deployctl.model.OnFailure;
import dev.deployctl.output.report.ReleasesByHost;
import dev.deployctl.output.report.SourceText;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Line;
import dev.deployctl.output.terminal.Page;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.outcome.HoldPlan;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.ReleaseCommand;
import dev.deployctl.rollout.outcome.RolloutPlan;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Shows what a rollout is about to do, before it touches anything. */
public final class PlanPrinter {
  private static final String SEPARATOR = " · ";

  private final Page page;

  public PlanPrinter(PrintWriter out, Terminal terminal) {
    this.page = new Page(out, terminal);
  }

  /** Prints the plan; {@code environment} is the one that the user chose, or null. */
  public void print(RolloutPlan plan, @Nullable String environment) {
    HostNames names = new HostNames(everyHost(plan));
    ReleasesByHost now = ReleasesByHost.of(plan.hosts(), plan.serving());
    heading(plan, now, environment);
    if (now.mixed()) {
      page.items(label("now"), SEPARATOR, lines(now.parts(names)));
    }
    SourceText.of(plan.source()).ifPresent(text -> page.words(label("source"), text));
    EnvChange env = plan.env();
    if (env != null) {
      page.items(label("env"), "  ", env(env));
    }
    ReleaseCommand command = plan.release();
    if (command != null) {
      page.words(label("release"), release(command, names));
    }
    HoldPlan hold = plan.hold();
    if (hold != null && !plan.hosts().isEmpty()) {
      page.words(
          label(hold instanceof HoldPlan.Start ? "hold" : "held"), HoldLines.of(plan, hold, names));
    }
    if (plan.batches().isEmpty()) {
      page.words(label("batches"), "none: there is nothing to change");
    } else {
      if (!(hold instanceof HoldPlan.Start)) {
        page.items(label("batches"), SEPARATOR, lines(Batches.text(plan.batches(), names)));
      }
      page.items(label("limits"), SEPARATOR, lines(limits(plan)));
      if (!plan.settings().gates().isEmpty()) {
        page.items(label("gates"), SEPARATOR, lines(gates(plan)));
      }
      page.words(label("time"), time(plan));
    }
    remainder(plan, names);
    page.flush();
  }

  private void heading(RolloutPlan plan, ReleasesByHost now, @Nullable String environment) {
    List<Line> items = new ArrayList<>();
    items.add(page.line(change(plan, now)));
    if (environment != null) {
      items.add(page.line().add(Colour.WARN, environment));
    }
    items.add(page.line(Wording.count(plan.total(), "host") + zones(everyHost(plan))));
    page.items(page.line().add(Colour.STRONG, plan.app().name()).add("  "), "   ", items);
  }

  private static String change(RolloutPlan plan, ReleasesByHost now) {
    String wanted = Wording.release(plan.wanted());
    if (plan.restart()) {
      return "restart of "
          + (now.releases() > 1 ? now.releases() + " releases" : wanted)
          + ", with fresh env";
    }
    if (plan.hosts().isEmpty()) {
      return wanted + ", everywhere already (--force deploys it again)";
    }
    return plan.hold() instanceof HoldPlan.Start
        ? "hold " + wanted + " beside " + before(now)
        : before(now) + " → " + wanted;
  }

  private static String before(ReleasesByHost now) {
    if (now.releases() > 1) {
      return now.releases() + " releases";
    }
    return now.mixed() ? "a part of the fleet" : Wording.release(now.only());
  }

  private static String release(ReleaseCommand command, HostNames names) {
    Duration last = command.last();
    Boolean pending = command.pending();
    ReleaseCommand.Earlier earlier = command.earlier();
    Host ran = earlier == null ? null : earlier.ran();
    if (ran != null) {
      return command.text() + " ran on " + names.of(ran) + " before the hold; not run again";
    }
    StringBuilder text = new StringBuilder();
    text.append("runs ").append(command.text()).append(" once on ");
    text.append(names.of(command.host())).append(", before the first batch");
    text.append(last == null ? "" : "; took " + Durations.text(last) + " the last time");
    if (pending != null) {
      text.append(
          pending ? "; its check finds something to do" : "; its check finds nothing to do");
    } else if (!command.check().isEmpty()) {
      text.append("; not checked: the image is not on that host yet");
    }
    return text.toString();
  }

  private List<Line> env(EnvChange env) {
    List<Line> items = new ArrayList<>();
    env.added().forEach(name -> items.add(page.line().add(Colour.GOOD, "+" + name)));
    env.removed().forEach(name -> items.add(page.line().add(Colour.BAD, "-" + name)));
    env.changed().forEach(name -> items.add(page.line().add(Colour.WARN, "~" + name)));
    return items.isEmpty() ? List.of(page.line("as it is")) : items;
  }

  private static List<String> limits(RolloutPlan plan) {
    List<String> items = new ArrayList<>();
    int fatal = plan.maxFailures() + 1;
    String end =
        fatal == 1 ? "stops at the first failed host" : "stops at " + fatal + " failed hosts";
    boolean back = plan.settings().onFailure() == OnFailure.ROLLBACK;
    boolean holds = plan.hold() instanceof HoldPlan.Start;
    items.add(
        end
            + (holds
                ? " and removes the release again"
                : back ? " and rolls changed hosts back" : ""));
    if (plan.maxUnreachable() > 0) {
      items.add(plan.maxUnreachable() + " may be unreachable");
    }
    if (holds) {
      return items;
    }
    // Of a single batch nothing follows that the canary could keep from beginning.
    if (plan.settings().bake().isPositive() && plan.batches().size() > 1) {
      items.add(
          plan.batches().getFirst().canary()
              ? "watches the canary for " + Durations.text(plan.settings().bake())
              : "no canary to watch");
    }
    if (plan.settings().pause().isPositive()) {
      items.add("pause of " + Durations.text(plan.settings().pause()));
    }
    return items;
  }

  private static List<String> gates(RolloutPlan plan) {
    return plan.settings().gates().stream()
        .map(
            gate -> {
              String after =
                  switch (gate.after()) {
                    case CANARY -> " after the canary";
                    case BATCH -> " after each batch but the canary";
                    case EACH -> " after each batch";
                  };
              Duration hold = gate.hold();
              return gate.name()
                  + after
                  + (hold.isPositive() ? ", for " + Durations.text(hold) : "")
                  + " ("
                  + gate.kind()
                  + ")";
            })
        .toList();
  }

  /** The guess is as good as its source: what each host took the last time. */
  private static String time(RolloutPlan plan) {
    Duration estimate = plan.estimate();
    return estimate == null
        ? "no history: no host remembers a deploy of this app"
        : "about " + Durations.text(estimate) + ", from each host's last deploy";
  }

  private void remainder(RolloutPlan plan, HostNames names) {
    if (!plan.skipped().isEmpty()) {
      page.words(
          label("skipped"),
          names.of(plan.skipped())
              + (plan.skipped().size() == 1 ? " runs " : " run ")
              + Wording.label(plan.wanted())
              + " already");
    }
    for (HostOutcome.Unreachable out : plan.unreachable()) {
      page.words(
          label("left out").add(Colour.BAD, names.of(out.host()) + ": "),
          "unreachable: " + out.reason());
    }
    for (String warning : plan.warnings()) {
      page.words(label("warning"), Colour.WARN, warning);
    }
  }

  private Line label(String word) {
    return page.line(" ").add(Colour.FAINT, word).to(10);
  }

  private List<Line> lines(List<String> texts) {
    return texts.stream().map(page::line).toList();
  }

  private static List<Host> everyHost(RolloutPlan plan) {
    return Stream.of(
            plan.hosts().stream(),
            plan.skipped().stream(),
            plan.unreachable().stream().map(HostOutcome::host))
        .flatMap(hosts -> hosts)
        .toList();
  }

  private static String zones(List<Host> hosts) {
    long zones = hosts.stream().map(Host::zone).filter(zone -> !zone.isEmpty()).distinct().count();
    return zones == 0 ? "" : " in " + Wording.count(zones, "zone");
  }
}
