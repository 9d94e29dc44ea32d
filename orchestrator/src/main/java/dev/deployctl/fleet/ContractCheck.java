package dev.deployctl.fleet;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.ApplyEvents;
import dev.deployctl.event.EnvEvents;
import dev.deployctl.event.HeldRelease;
import dev.deployctl.event.HoldEvents;
import dev.deployctl.event.HostError;
import dev.deployctl.event.HostErrorKind;
import dev.deployctl.event.HostEvent;
import dev.deployctl.event.HostValues;
import dev.deployctl.event.LockHolder;
import dev.deployctl.event.TransactionEvents;
import dev.deployctl.model.ArgumentPatterns;
import dev.deployctl.model.Quoted;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks the names in a host's events against the contract's patterns. A malformed one is the
 * host's fault: its answer is refused, and no code behind it meets the text.
 */
public final class ContractCheck {
  private @Nullable HostError problem;

  private ContractCheck() {}

  /** Returns what is malformed in an event, or null. */
  public static @Nullable HostError problem(HostEvent event) {
    ContractCheck check = new ContractCheck();
    check.event(event);
    return check.problem;
  }

  private void event(HostEvent event) {
    switch (event) {
      case TransactionEvents.DeployStarted started -> {
        rollout(started.rollout());
        release(started.release(), started.digest(), started.tag());
      }
      case TransactionEvents.DeployFinished finished ->
          release(finished.serving(), finished.digest(), finished.tag());
      case HoldEvents.ReleaseHeld held -> {
        rollout(held.rollout());
        release(held.release(), held.digest(), held.tag());
      }
      case AnswerEvents.PreflightFinished answer -> {
        release(null, answer.digest(), answer.tag());
        serving(answer.serving());
        held(answer.held());
        lock(answer.lock());
      }
      case AnswerEvents.PullFinished pulled -> release(null, pulled.digest(), pulled.tag());
      case AnswerEvents.Status status -> {
        serving(status.serving());
        serving(status.previous());
        HostValues.Deployed deployed = status.deployed();
        if (deployed != null) {
          rollout(deployed.rollout());
          serving(deployed.before());
        }
        held(status.held());
        lock(status.lock());
      }
      case ApplyEvents.ApplyFinished finished ->
          name("base", ArgumentPatterns.HASH, finished.base());
      case AnswerEvents.HistoryEntry entry -> {
        rollout(entry.rollout());
        release(entry.release(), entry.digest(), entry.tag());
      }
      case EnvEvents.EnvName variable -> name("token", ArgumentPatterns.TOKEN, variable.token());
      default -> {}
    }
  }

  private void serving(HostValues.@Nullable Serving serving) {
    if (serving != null) {
      rollout(serving.rollout());
      release(serving.release(), serving.digest(), serving.tag());
    }
  }

  private void held(@Nullable HeldRelease held) {
    if (held != null) {
      rollout(held.rollout());
      release(held.release(), held.digest(), held.tag());
    }
  }

  private void release(@Nullable String id, @Nullable String digest, @Nullable String tag) {
    name("release", ArgumentPatterns.RELEASE, id);
    name("digest", ArgumentPatterns.DIGEST, digest);
    name("tag", ArgumentPatterns.TAG, tag);
  }

  private void rollout(@Nullable String id) {
    name("rollout", ArgumentPatterns.ROLLOUT, id);
  }

  private void lock(@Nullable LockHolder holder) {
    if (holder != null) {
      name("lock", ArgumentPatterns.LOCK, holder.lock());
    }
  }

  private void name(String what, Pattern pattern, @Nullable String text) {
    if (problem == null && text != null && !pattern.matcher(text).matches()) {
      problem =
          HostErrorKind.INTERNAL.error(
              "the host sent a malformed " + what + ": " + Quoted.of(text),
              null,
              "look at the host: sudo deployctl-host status");
    }
  }
}
