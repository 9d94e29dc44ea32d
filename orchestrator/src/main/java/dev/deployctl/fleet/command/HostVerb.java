package dev.deployctl.fleet.command;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.ApplyEvents;
import dev.deployctl.event.BalancerEvents;
import dev.deployctl.event.DefinitionEvents;
import dev.deployctl.event.EnvEvents;
import dev.deployctl.event.HostEvent;
import dev.deployctl.event.LockEvents;
import dev.deployctl.event.OneOffEvents;
import dev.deployctl.event.TransactionEvents;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A verb of the host script that deployctl calls: who may call it, and how its answer ends. */
enum HostVerb {
  VERSION,
  STATUS,
  DEFINITION,
  HISTORY,
  LOGS,
  TRAFFIC,
  TIMELINE,
  PREFLIGHT,
  PULL,
  DEPLOY,
  PROMOTE,
  ABANDON,
  RESTART,
  ROLLBACK,
  STOP,
  START,
  MAINTENANCE,
  ATTACH,
  LOCK,
  UNLOCK,
  RELEASE,
  RUN,
  CONSOLE,
  SCHEDULES,
  APPLY,
  ENV_LIST,
  ENV_SET,
  ENV_UNSET,
  DRAIN,
  UNDRAIN;

  /** Verbs that end with the event of a transaction. */
  private static final Set<HostVerb> TRANSACTIONS =
      Set.of(DEPLOY, PROMOTE, ABANDON, ROLLBACK, RESTART, STOP, START, MAINTENANCE, ATTACH);

  /** Verbs that end with the event of a one-off command. */
  private static final Set<HostVerb> ONE_OFFS = Set.of(RUN, RELEASE, ATTACH);

  private static final Set<HostVerb> LOCKS = Set.of(LOCK, UNLOCK);

  /** Verbs that change the environment of an app at its source. */
  private static final Set<HostVerb> ENV_EDITS = Set.of(ENV_SET, ENV_UNSET);

  /** Verbs that the sudo rule of deployers does not cover. */
  private static final Set<HostVerb> FOR_ROOT = Set.of(APPLY, DRAIN, UNDRAIN);

  /** Returns whether only root may call it, not the deployers of an app. */
  boolean isForRoot() {
    return FOR_ROOT.contains(this);
  }

  /** Returns what to do when the connection breaks while it runs; null where it only reads. */
  @Nullable String lostHint() {
    return TRANSACTIONS.contains(this)
            || LOCKS.contains(this)
            || ENV_EDITS.contains(this)
            || FOR_ROOT.contains(this)
        ? "the host may have done it all the same: ask again"
        : null;
  }

  /**
   * Returns whether a host that sends this event has answered in full: the last one of each verb in
   * {@code docs/events.md}. Older hosts do not end {@code logs} with an event of its own, so a line
   * counts as well.
   */
  boolean isAnsweredBy(HostEvent event) {
    return switch (event) {
      case TransactionEvents.DeployFinished _ -> TRANSACTIONS.contains(this);
      case LockEvents.LockTaken _ -> this == LOCK;
      case LockEvents.LockReleased _ -> this == UNLOCK;
      case AnswerEvents.PreflightFinished _ -> this == PREFLIGHT;
      case AnswerEvents.PullFinished _ -> this == PULL;
      case AnswerEvents.Traffic _ -> this == TRAFFIC;
      case OneOffEvents.RunFinished _ -> ONE_OFFS.contains(this);
      case AnswerEvents.Version _ -> this == VERSION;
      case DefinitionEvents.Definition _ -> this == DEFINITION;
      case BalancerEvents.BalancerDrained _ -> this == DRAIN;
      case BalancerEvents.BalancerUndrained _ -> this == UNDRAIN;
      case ApplyEvents.ApplyFinished _ -> this == APPLY;
      case EnvEvents.EnvListed _ -> this == ENV_LIST;
      case EnvEvents.EnvEdited _ -> ENV_EDITS.contains(this);
      case AnswerEvents.LogLine _ -> this == LOGS;
      case AnswerEvents.Finished finished -> finished.type().equals(this + ".finished");
      default -> false;
    };
  }

  /** Returns the verb as the command line has it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
