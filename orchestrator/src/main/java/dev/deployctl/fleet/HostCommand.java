package dev.deployctl.fleet;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostEvent;
import dev.deployctl.event.OneOffEvents;
import dev.deployctl.event.TransactionEvents;
import dev.deployctl.model.App;
import dev.deployctl.model.CommandLine;
import dev.deployctl.model.ImageRef;
import dev.deployctl.model.LockId;
import dev.deployctl.model.ProcessName;
import dev.deployctl.model.Reason;
import dev.deployctl.model.ReleaseId;
import dev.deployctl.model.RolloutId;
import dev.deployctl.model.RunId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One call of the host script: its arguments, without the program's name. Only the factories here
 * make one, from types that have checked their values; whoever writes a lock's reason checks that.
 */
public final class HostCommand {
  /** Verbs that end with the event of a transaction. */
  private static final Set<String> TRANSACTIONS =
      Set.of("deploy", "rollback", "restart", "stop", "start", "maintenance", "attach");

  /** Verbs that end with the event of a one-off command. */
  private static final Set<String> ONE_OFFS = Set.of("run", "release", "attach");

  private static final Set<String> LOCKS = Set.of("lock", "unlock");

  private final List<String> arguments;

  private HostCommand(List<String> arguments) {
    this.arguments = List.copyOf(arguments);
  }

  private static HostCommand of(String verb, App app) {
    return new HostCommand(List.of(verb, app.name()));
  }

  /** A transaction on an app that keeps its release. */
  public enum Change {
    STOP("stop", null),
    START("start", null),
    MAINTENANCE_ON("maintenance", "on"),
    MAINTENANCE_OFF("maintenance", "off");

    private final String verb;
    private final @Nullable String option;

    Change(String verb, @Nullable String option) {
      this.verb = verb;
      this.option = option;
    }

    /** Returns the host's verb. */
    public String verb() {
      return verb;
    }
  }

  /** Asks for the version of the host script. */
  public static HostCommand version() {
    return new HostCommand(List.of("version"));
  }

  /** Asks for the status of one app. */
  public static HostCommand status(App app) {
    return of("status", app);
  }

  /** Asks for the last entries of an app's history. */
  public static HostCommand history(App app, int limit) {
    return of("history", app).option("limit", limit);
  }

  /** Asks for lines that an app printed; null stands for the host's default. */
  public static HostCommand logs(
      App app,
      @Nullable ProcessName process,
      @Nullable ReleaseId release,
      @Nullable Integer tail,
      @Nullable Duration since) {
    return of("logs", app)
        .option("process", process)
        .option("release", release)
        .option("tail", tail)
        .option("since", since == null ? null : since.toSeconds());
  }

  /** Asks for the requests of the last time. */
  public static HostCommand traffic(App app, Duration window) {
    return of("traffic", app).option("window", Math.max(1, window.toSeconds()));
  }

  /** Asks whether an app could be deployed, whatever the image. */
  public static HostCommand preflight(App app) {
    return of("preflight", app);
  }

  /** Asks whether an image could be deployed. */
  public static HostCommand preflight(App app, ImageRef image) {
    return of("preflight", app).image(image);
  }

  public static HostCommand pull(App app, ImageRef image) {
    return of("pull", app).image(image);
  }

  /**
   * Deploys one digest.
   *
   * @param fromTag only recorded, for people
   * @param force also where the digest is live already
   */
  public static HostCommand deploy(
      App app,
      ImageRef.Digest digest,
      ImageRef.@Nullable Tag fromTag,
      RolloutId rollout,
      @Nullable LockId lock,
      boolean force) {
    HostCommand command = of("deploy", app).image(digest);
    return (force ? command.flag("force") : command)
        .option("from-tag", fromTag)
        .option("rollout", rollout)
        .option("lock", lock);
  }

  /** Starts the live image again, with fresh env. */
  public static HostCommand restart(App app, RolloutId rollout, LockId lock) {
    return of("restart", app).option("rollout", rollout).option("lock", lock);
  }

  /** Rolls back what the rollout {@code undo} changed; the host stays as it is otherwise. */
  public static HostCommand rollback(
      App app, RolloutId undo, RolloutId rollout, @Nullable LockId lock) {
    return of("rollback", app).option("undo", undo).option("rollout", rollout).option("lock", lock);
  }

  /** Makes a change that keeps the release. */
  public static HostCommand change(App app, Change change, RolloutId rollout, LockId lock) {
    HostCommand command = of(change.verb, app).option("rollout", rollout).option("lock", lock);
    return change.option == null ? command : command.flag(change.option);
  }

  /** Asks for a transaction's events from {@code from} on, and those to come. */
  public static HostCommand attach(App app, RolloutId rollout, long from) {
    return of("attach", app).option("rollout", rollout).option("from", Math.max(1, from));
  }

  /** Acquires a lock, or renews it. */
  public static HostCommand lock(App app, LockId lock, String reason, Duration expires) {
    return of("lock", app)
        .option("lock", lock)
        .option("reason", reason)
        .option("expires", expires.toSeconds());
  }

  /** Renews a lock; a host that does not hold it any more refuses. */
  public static HostCommand renew(App app, LockId lock, String reason, Duration expires) {
    return lock(app, lock, reason, expires).flag("renew");
  }

  public static HostCommand unlock(App app, LockId lock) {
    return of("unlock", app).option("lock", lock);
  }

  /** Releases whatever lock there is. */
  public static HostCommand forceUnlock(App app) {
    return of("unlock", app).flag("force");
  }

  /**
   * Runs the release command of a rollout. Asked again for the same rollout, the host starts no
   * second one.
   *
   * @param fromTag only recorded, for people
   */
  public static HostCommand release(
      App app,
      ImageRef.Digest digest,
      ImageRef.@Nullable Tag fromTag,
      RolloutId rollout,
      LockId lock) {
    return of("release", app)
        .image(digest)
        .option("from-tag", fromTag)
        .option("rollout", rollout)
        .option("lock", lock);
  }

  /** Runs the check that tells whether the release command has anything to do. */
  public static HostCommand releaseCheck(App app, ImageRef.Digest digest) {
    return of("release", app).image(digest).flag("check");
  }

  /**
   * Runs a command in a container of its own.
   *
   * @param image another image than that of the live release, or null
   */
  public static HostCommand run(App app, @Nullable ImageRef image, CommandLine line) {
    HostCommand command = of("run", app);
    List<String> all = new ArrayList<>((image == null ? command : command.image(image)).arguments);
    all.add("--");
    all.addAll(line.arguments());
    return new HostCommand(all);
  }

  /** Follows a one-off command that runs, or tells the result of one that has ended. */
  public static HostCommand attach(App app, RunId run) {
    return of("attach", app).option("run", run);
  }

  /**
   * Opens a console, for which the caller provides a terminal.
   *
   * @param line the console; without arguments the first of the definition
   */
  public static HostCommand console(App app, @Nullable Reason reason, CommandLine line) {
    HostCommand command = of("console", app).option("reason", reason);
    if (line.arguments().isEmpty()) {
      return command;
    }
    List<String> all = new ArrayList<>(command.arguments);
    all.add("--");
    all.addAll(line.arguments());
    return new HostCommand(all);
  }

  /** Asks for the schedules of an app. */
  public static HostCommand schedules(App app) {
    return of("schedules", app);
  }

  /** Returns this command, for new lines as they come. */
  HostCommand following() {
    return flag("follow");
  }

  private HostCommand image(ImageRef image) {
    return switch (image) {
      case ImageRef.Tag tag -> option("tag", tag);
      case ImageRef.Digest digest -> option("digest", digest);
    };
  }

  private HostCommand flag(String name) {
    return with("--" + name);
  }

  private HostCommand option(String name, @Nullable Object value) {
    return value == null ? this : with("--" + name + "=" + value);
  }

  private HostCommand with(String argument) {
    List<String> more = new ArrayList<>(arguments);
    more.add(argument);
    return new HostCommand(more);
  }

  public List<String> arguments() {
    return arguments;
  }

  /** Returns the verb. */
  public String verb() {
    return arguments.getFirst();
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
        || events.stream().anyMatch(AnswerEvents.Status.class::isInstance);
  }

  /**
   * Returns whether the host has answered this command in full with this event: the last one of
   * each verb in {@code docs/events.md}. Older hosts do not end {@code logs} with an event of its
   * own, so a line counts as well.
   */
  public boolean isAnsweredBy(HostEvent event) {
    return switch (event) {
      case TransactionEvents.DeployFinished _ -> TRANSACTIONS.contains(verb());
      case AnswerEvents.LockTaken taken ->
          verb().equals("lock") && arguments.contains("--lock=" + taken.lock());
      case AnswerEvents.LockReleased _ -> verb().equals("unlock");
      case AnswerEvents.PreflightFinished _ -> verb().equals("preflight");
      case AnswerEvents.PullFinished _ -> verb().equals("pull");
      case AnswerEvents.Traffic _ -> verb().equals("traffic");
      case OneOffEvents.RunFinished _ -> ONE_OFFS.contains(verb());
      case AnswerEvents.Version _ -> verb().equals("version");
      case AnswerEvents.LogLine _ -> verb().equals("logs");
      case AnswerEvents.Finished finished -> finished.type().equals(verb() + ".finished");
      default -> false;
    };
  }

  @Override
  public String toString() {
    return "deployctl-host " + String.join(" ", arguments);
  }
}
