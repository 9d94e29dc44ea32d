package dev.deployctl.output;

import dev.deployctl.model.Host;
import dev.deployctl.model.RolloutId;
import dev.deployctl.rollout.HostOutcome;
import dev.deployctl.rollout.Release;
import dev.deployctl.rollout.RolloutOutcome;
import dev.deployctl.rollout.RolloutOutcome.Ending;
import java.util.List;

/** How to go back and how to go on from where a rollout ended. */
final class NextSteps {
  private final Page page;
  private final HostNames names;
  private final NextCommands commands;

  NextSteps(Page page, HostNames names, NextCommands commands) {
    this.page = page;
    this.names = names;
    this.commands = commands;
  }

  void print(RolloutOutcome outcome) {
    List<Host> changed =
        outcome.hosts().stream().filter(HostOutcome::changed).map(HostOutcome::host).toList();
    boolean forward = outcome.wanted() != null;
    if (forward && !changed.isEmpty()) {
      boolean partlyBack =
          outcome.hosts().stream().anyMatch(HostOutcome.RolledBack.class::isInstance);
      step(
          "to go back",
          partlyBack ? commands.rollback(outcome.id()) : commands.rollback(),
          "touches " + names.of(changed) + touched(outcome));
    }
    Release wanted = outcome.wanted();
    if (wanted != null && outcome.exitCode() != 0) {
      goOn(outcome, wanted);
    } else if (outcome.exitCode() != 0) {
      RolloutId undone = outcome.undone();
      step(
          "to go on",
          undone == null ? commands.rollback() : commands.rollback(undone),
          "hosts that are back already are skipped");
    }
  }

  private void goOn(RolloutOutcome outcome, Release wanted) {
    if (releaseFailed(outcome)) {
      step(
          "to go on",
          commands.rolloutOfAnother(),
          "with an image that is mended; an unchanged one fails again");
    } else if (outcome.ending() == Ending.PREFLIGHT_REFUSED) {
      step("to go on", commands.rollout(wanted), "once that is mended");
    } else {
      step("to go on", commands.rollout(wanted), "hosts that run it already are skipped");
    }
  }

  /** Says whether the image is to blame: then the same command again would not help. */
  private static boolean releaseFailed(RolloutOutcome outcome) {
    return outcome.hosts().stream()
        .anyMatch(
            host ->
                host instanceof HostOutcome.Failed failed
                    && failed.error().kind().equals("release-failed"));
  }

  private static String touched(RolloutOutcome outcome) {
    return outcome.ending() == Ending.DONE ? "" : " alone";
  }

  /** The command stays whole, to be copied; the remark goes below it where both do not fit. */
  private void step(String label, String command, String remark) {
    page.items(
        page.line("  ").add(Colour.FAINT, label).to(17),
        "   ",
        List.of(page.line(command), page.line().add(Colour.FAINT, "(" + remark + ")")));
  }
}
