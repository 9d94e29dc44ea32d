package dev.deployctl.fleet;

import dev.deployctl.event.HostEvent;
import dev.deployctl.model.App;
import dev.deployctl.model.ImageRef;
import dev.deployctl.model.LockId;
import dev.deployctl.model.ReleaseId;
import dev.deployctl.model.RolloutId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One call of the host-side script, as data: its words, without the program's name. Every word
 * comes from a type that has checked it.
 */
public record HostCommand(List<String> words) {
  /** Verbs that end with the event of a transaction. */
  private static final Set<String> TRANSACTIONS =
      Set.of("deploy", "rollback", "restart", "stop", "start", "maintenance", "attach");

  private static final Set<String> LOCKS = Set.of("lock", "unlock");

  public HostCommand {
    words = List.copyOf(words);
  }

  /** A verb without an app. */
  public static HostCommand of(String verb) {
    return new HostCommand(List.of(verb));
  }

  /** A verb for one app. */
  public static HostCommand of(String verb, App app) {
    return new HostCommand(List.of(verb, app.name()));
  }

  public static HostCommand preflight(App app, ImageRef image) {
    return of("preflight", app).image(image);
  }

  public static HostCommand pull(App app, ImageRef image) {
    return of("pull", app).image(image);
  }

  /**
   * Puts one digest into service.
   *
   * @param fromTag only remembered, for people
   * @param force also where the digest serves already
   */
  public static HostCommand deploy(
      App app,
      ImageRef.Digest digest,
      ImageRef.@Nullable Tag fromTag,
      RolloutId rollout,
      @Nullable LockId lock,
      boolean force) {
    HostCommand command = of("deploy", app).image(digest);
    if (force) {
      command = command.with("--force");
    }
    if (fromTag != null) {
      command = command.with("--from-tag=" + fromTag.value());
    }
    return command.rollout(rollout).lock(lock);
  }

  /** The same image again, with fresh env. */
  public static HostCommand restart(App app, RolloutId rollout, LockId lock) {
    return of("restart", app).rollout(rollout).lock(lock);
  }

  /**
   * Goes back to what the rollout {@code undo} replaced; nothing happens where it changed nothing.
   */
  public static HostCommand undo(
      App app, RolloutId undo, RolloutId rollout, @Nullable LockId lock) {
    return of("rollback", app).with("--undo=" + undo).rollout(rollout).lock(lock);
  }

  public static HostCommand rollbackTo(
      App app, ReleaseId to, RolloutId rollout, @Nullable LockId lock) {
    return of("rollback", app).with("--to=" + to).rollout(rollout).lock(lock);
  }

  /** Tells a transaction's events from {@code from} on, and those to come. */
  public static HostCommand attach(App app, RolloutId rollout, long from) {
    return of("attach", app).rollout(rollout).with("--from=" + Math.max(1, from));
  }

  public static HostCommand lock(App app, LockId lock, String reason, Duration expires) {
    return of("lock", app)
        .lock(lock)
        .with("--reason=" + reason)
        .with("--expires=" + expires.toSeconds());
  }

  public static HostCommand unlock(App app, LockId lock) {
    return of("unlock", app).lock(lock);
  }

  /** The same with one more word. */
  public HostCommand with(String word) {
    List<String> more = new ArrayList<>(words);
    more.add(word);
    return new HostCommand(more);
  }

  public HostCommand rollout(RolloutId rollout) {
    return with("--rollout=" + rollout.value());
  }

  private HostCommand lock(@Nullable LockId lock) {
    return lock == null ? this : with("--lock=" + lock.value());
  }

  private HostCommand image(ImageRef image) {
    return switch (image) {
      case ImageRef.Tag tag -> with("--tag=" + tag.value());
      case ImageRef.Digest digest -> with("--digest=" + digest.value());
    };
  }

  /** Returns what to do when the connection breaks while this runs; null where it only reads. */
  @Nullable String lostHint() {
    return TRANSACTIONS.contains(verb()) || LOCKS.contains(verb())
        ? "the host may have done it all the same: ask again"
        : null;
  }

  /** Returns whether these events are a whole answer: a status of an app must be among them. */
  boolean isCompleteWith(List<HostEvent> events) {
    return !verb().equals("status")
        || words.size() == 1
        || events.stream().anyMatch(HostEvent.Status.class::isInstance);
  }

  /** The verb. */
  public String verb() {
    return words.getFirst();
  }

  /**
   * Returns whether the host has answered this command in full with this event: the last one of
   * each verb in {@code docs/events.md}. Hosts that are older do not end {@code logs} with an event
   * of its own, so a line is taken as well.
   */
  public boolean isAnsweredBy(HostEvent event) {
    return switch (event) {
      case HostEvent.DeployFinished _ -> TRANSACTIONS.contains(verb());
      case HostEvent.LockTaken taken ->
          verb().equals("lock") && words.contains("--lock=" + taken.lock());
      case HostEvent.LockReleased _ -> verb().equals("unlock");
      case HostEvent.PreflightFinished _ -> verb().equals("preflight");
      case HostEvent.PullFinished _ -> verb().equals("pull");
      case HostEvent.Traffic _ -> verb().equals("traffic");
      case HostEvent.RunFinished _ -> verb().equals("run");
      case HostEvent.PruneFinished _ -> verb().equals("prune");
      case HostEvent.ConvergeFinished _ -> verb().equals("converge");
      case HostEvent.Version _ -> verb().equals("version");
      case HostEvent.Help _ -> verb().equals("help");
      case HostEvent.LogLine _ -> verb().equals("logs");
      case HostEvent.Finished finished -> finished.type().equals(verb() + ".finished");
      default -> false;
    };
  }

  @Override
  public String toString() {
    return "deployctl-host " + String.join(" ", words);
  }
}
