package dev.deployctl.output.report;

import dev.deployctl.event.HostError;
import dev.deployctl.event.HostErrorKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.RolloutId;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.Release;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import dev.deployctl.rollout.outcome.Step;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** The commands that continue a rollout or roll it back, from where it ended. */
public final class NextSteps {
  /** Steps in which only an image that is unsuitable counts as a failed release. */
  private static final Set<Step> BEFORE_THE_START = Set.of(Step.PREFLIGHT, Step.PULL);

  /** A command with more names than this is not copied. */
  private static final int NAMED = 8;

  private final Listener listener;
  private final HostNames names;
  private final NextCommands commands;
  private final boolean restart;
  private final boolean promote;

  /** Receives the commands, the most likely first. */
  public interface Listener {
    void step(String label, String command, String remark);
  }

  /**
   * @param command the command that ended, such as {@code rollout}
   */
  public NextSteps(Listener listener, HostNames names, NextCommands commands, String command) {
    this.listener = listener;
    this.names = names;
    this.commands = commands;
    this.restart = command.equals("restart");
    this.promote = command.equals("promote");
  }

  /** Finds the commands for an outcome. */
  public void find(RolloutOutcome outcome) {
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
    List<Host> others = refusedByHold(outcome);
    if (outcome.hosts().stream().anyMatch(HostOutcome.Held.class::isInstance)) {
      return; // HoldSteps has printed what to do
    }
    if (wanted != null && !others.isEmpty()) {
      pastTheHeld(outcome, wanted, others);
      return;
    }
    if (promote && wanted != null && outcome.exitCode() != 0) {
      goOn(outcome, again(outcome, wanted), hosts -> again(outcome, wanted, hosts));
    } else if (restart && outcome.exitCode() != 0) {
      goOn(outcome, commands.restart(), commands::restart);
    } else if (wanted != null && outcome.exitCode() != 0) {
      goOn(outcome, commands.rollout(wanted), hosts -> commands.rollout(wanted, hosts));
    } else if (outcome.exitCode() != 0) {
      RolloutId undone = outcome.undone();
      step(
          "to go on",
          undone == null ? commands.rollback() : commands.rollback(undone),
          "hosts that are rolled back already are skipped");
    }
  }

  /**
   * @param again the same command once more
   * @param forSome the same command for some hosts alone
   */
  private void goOn(RolloutOutcome outcome, String again, Function<List<Host>, String> forSome) {
    if (outcome.ending() == Ending.RELEASE_COMMAND_FAILED) {
      step("to go on", again, "runs the release command again");
    } else if (imageFailed(outcome) && !restart) {
      if (!outcome.holding().isEmpty()) {
        step("first", commands.abandon(), "removes it from " + names.of(outcome.holding()));
      }
      step(
          "to go on",
          commands.rolloutOfAnother(),
          "after fixing the image; the same image will fail again");
    } else if (outcome.ending() == Ending.PREFLIGHT_REFUSED || releaseFailed(outcome)) {
      step("to go on", again, "once that is fixed");
    } else if (outcome.ending() == Ending.UNREACHABLE) {
      withoutUnreachable(outcome, again);
    } else if (outcome.ending() == Ending.LOCKED) {
      step("to go on", again, "once it is unlocked");
      step("or", again + " --lock-wait 10m", "waits for that");
    } else {
      step(
          "to go on",
          again,
          restart ? "restarts all of them again" : "hosts that run it already are skipped");
    }
    if (outcome.ending() == Ending.PREFLIGHT_REFUSED) {
      withoutRefused(outcome, forSome);
    }
  }

  /** Returns the same for hosts of which perhaps none holds the release. */
  private String again(RolloutOutcome outcome, Release wanted, List<Host> hosts) {
    return outcome.holding().stream().anyMatch(hosts::contains)
        ? commands.promote(hosts)
        : commands.rollout(new Release(null, wanted.digest(), null), hosts);
  }

  private void withoutUnreachable(RolloutOutcome outcome, String again) {
    List<Host> out =
        outcome.hosts().stream()
            .filter(HostOutcome.Unreachable.class::isInstance)
            .map(HostOutcome::host)
            .toList();
    step("to go on", again, "once they are reachable");
    if (out.size() < outcome.hosts().size()) {
      step("or", again + " --max-unreachable " + out.size(), "leaves out " + names.of(out));
    }
  }

  private void withoutRefused(RolloutOutcome outcome, Function<List<Host>, String> forSome) {
    List<Host> ready =
        outcome.hosts().stream()
            .filter(HostOutcome.Untouched.class::isInstance)
            .map(HostOutcome::host)
            .toList();
    if (!ready.isEmpty() && ready.size() <= NAMED) {
      step("or", forSome.apply(ready), "the others alone");
    }
  }

  /** Returns the hosts that refused because they hold another release. */
  private static List<Host> refusedByHold(RolloutOutcome outcome) {
    return errors(outcome)
        .filter(failed -> failed.error().is(HostErrorKind.HELD))
        .map(HostOutcome.Failed::host)
        .toList();
  }

  /** Adds the steps that end what is held: until then these hosts refuse every deploy. */
  private void pastTheHeld(RolloutOutcome outcome, Release wanted, List<Host> others) {
    if (promote) {
      step("to go on", commands.abandon(others), "removes the other release that is held there");
      step("and then", again(outcome, wanted), "hosts that run it already are skipped");
    } else {
      step("to go on", commands.promote(), "makes the held release live");
      step("or", commands.abandon(), "removes it");
      step("and then", commands.rollout(wanted), "deploys " + wanted.label());
    }
  }

  /** Returns the command that goes on with a promote. */
  private String again(RolloutOutcome outcome, Release wanted) {
    // The tag may have moved since the held release was started.
    return outcome.holding().isEmpty()
        ? commands.rollout(new Release(null, wanted.digest(), null))
        : commands.promote();
  }

  private static boolean releaseFailed(RolloutOutcome outcome) {
    return errors(outcome).anyMatch(failed -> failed.error().is(HostErrorKind.RELEASE_FAILED));
  }

  /**
   * Says whether the image is at fault, so that the same command again would not help: its
   * container was judged, or it was not built for these hosts. A port that is taken or another
   * virtual host in the way is not the image's fault.
   */
  private static boolean imageFailed(RolloutOutcome outcome) {
    return errors(outcome)
        .filter(failed -> failed.error().is(HostErrorKind.RELEASE_FAILED))
        .anyMatch(
            failed -> {
              HostError.Verdict verdict = failed.error().verdict();
              Step step = failed.step();
              return (step != null && BEFORE_THE_START.contains(step))
                  || (verdict != null
                      && (verdict.container() != null || !verdict.lines().isEmpty()));
            });
  }

  private static Stream<HostOutcome.Failed> errors(RolloutOutcome outcome) {
    return outcome.hosts().stream()
        .filter(HostOutcome.Failed.class::isInstance)
        .map(HostOutcome.Failed.class::cast);
  }

  private static String touched(RolloutOutcome outcome) {
    return outcome.ending() == Ending.DONE ? "" : " alone";
  }

  private void step(String label, String command, String remark) {
    listener.step(label, command, remark);
  }
}
