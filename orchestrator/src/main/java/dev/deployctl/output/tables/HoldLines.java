package dev.deployctl.output.tables;

import dev.deployctl.model.Durations;
import dev.deployctl.model.Host;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Times;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.outcome.HoldPlan;
import dev.deployctl.rollout.outcome.Release;
import dev.deployctl.rollout.outcome.RolloutPlan;
import java.util.List;

/** The sentences of a plan about a held release. */
final class HoldLines {
  private HoldLines() {}

  static String of(RolloutPlan plan, HoldPlan hold, HostNames names) {
    return switch (hold) {
      case HoldPlan.Start start -> start(plan, start, names);
      case HoldPlan.Promote promote -> promote(promote, names);
    };
  }

  private static String start(RolloutPlan plan, HoldPlan.Start start, HostNames names) {
    List<Host> others = plan.hosts().subList(plan.begun().size(), plan.hosts().size());
    return "starts "
        + Wording.label(plan.wanted())
        + " on "
        + names.of(plan.begun())
        + " and switches nobody; removed after "
        + Durations.text(start.time())
        + " unless it is promoted"
        + (others.isEmpty() ? "" : ", and only then deployed on " + names.of(others));
  }

  private static String promote(HoldPlan.Promote promote, HostNames names) {
    Release release = Release.of(promote.held());
    String rollout = promote.held().rollout();
    String by = promote.held().by();
    return Wording.label(release)
        + " on "
        + names.of(promote.hosts())
        + ", since "
        + Times.text(promote.held().since())
        + (by == null ? "" : " by " + by)
        + (rollout == null ? "" : ", rollout " + rollout)
        + ": switched first";
  }
}
