package dev.deployctl.fleet.command;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostEvent;
import dev.deployctl.event.LockEvents;
import dev.deployctl.model.App;
import dev.deployctl.model.CommandLine;
import dev.deployctl.model.ImageRef;
import dev.deployctl.model.LockId;
import dev.deployctl.model.ProcessName;
import dev.deployctl.model.ReleaseId;
import dev.deployctl.model.RolloutId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call of the host script: its arguments, without the program's name. Only the factories here
 * make one, from types that have checked their values; whoever writes a lock's reason checks that.
 */
public final class HostCommand {
  private static final byte[] NO_INPUT = {};
  private static final byte[] START = "start\n".getBytes(StandardCharsets.US_ASCII);
  private static final String PREVIEW = "--preview=";

  private final HostVerb verb;
  private final List<String> arguments;
  private final byte[] input;

  private HostCommand(HostVerb verb, List<String> arguments, byte[] input) {
    this.verb = verb;
    this.arguments = List.copyOf(arguments);
    this.input = input;
  }

  static HostCommand of(HostVerb verb) {
    return new HostCommand(verb, List.of(verb.toString()), NO_INPUT);
  }

  static HostCommand of(HostVerb verb, App app) {
    return of(verb).with(app.name());
  }

  /** A transaction on an app that keeps its release. */
  public enum Change {
    STOP(HostVerb.STOP, null),
    START(HostVerb.START, null),
    MAINTENANCE_ON(HostVerb.MAINTENANCE, "on"),
    MAINTENANCE_OFF(HostVerb.MAINTENANCE, "off"),
    ABANDON(HostVerb.ABANDON, null);

    private final HostVerb verb;
    private final @Nullable String option;

    Change(HostVerb verb, @Nullable String option) {
      this.verb = verb;
      this.option = option;
    }

    /** Returns the host's verb. */
    public String verb() {
      return verb.toString();
    }
  }

  /** Asks for the version of the host script. */
  public static HostCommand version() {
    return of(HostVerb.VERSION);
  }

  /** Asks for the status of all apps that the caller may deploy. */
  public static HostCommand status() {
    return of(HostVerb.STATUS);
  }

  /** Asks for the status of one app. */
  public static HostCommand status(App app) {
    return of(HostVerb.STATUS, app);
  }

  /** Asks for the last entries of an app's history. */
  public static HostCommand history(App app, int limit) {
    return of(HostVerb.HISTORY, app).option("limit", limit);
  }

  /** Asks for lines that an app printed; null stands for the host's default. */
  public static HostCommand logs(
      App app,
      @Nullable ProcessName process,
      @Nullable ReleaseId release,
      @Nullable Integer tail,
      @Nullable Duration since) {
    return of(HostVerb.LOGS, app)
        .option("process", process)
        .option("release", release)
        .option("tail", tail)
        .option("since", since == null ? null : since.toSeconds());
  }

  /** Asks for the requests of the last time. */
  public static HostCommand traffic(App app, Duration window) {
    return of(HostVerb.TRAFFIC, app).option("window", Math.max(1, window.toSeconds()));
  }

  /** Asks whether an app could be deployed, whatever the image. */
  public static HostCommand preflight(App app) {
    return of(HostVerb.PREFLIGHT, app);
  }

  /** Asks whether an image could be deployed. */
  public static HostCommand preflight(App app, ImageRef image) {
    return of(HostVerb.PREFLIGHT, app).image(image);
  }

  public static HostCommand pull(App app, ImageRef image) {
    return of(HostVerb.PULL, app).image(image);
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
    HostCommand command = of(HostVerb.DEPLOY, app).image(digest);
    return (force ? command.flag("force") : command)
        .option("from-tag", fromTag)
        .option("rollout", rollout)
        .option("lock", lock);
  }

  /** Starts the live image again, with fresh env. */
  public static HostCommand restart(App app, RolloutId rollout, LockId lock) {
    return of(HostVerb.RESTART, app).option("rollout", rollout).option("lock", lock);
  }

  /** Rolls back what the rollout {@code undo} changed; the host stays as it is otherwise. */
  public static HostCommand rollback(
      App app, RolloutId undo, RolloutId rollout, @Nullable LockId lock) {
    return of(HostVerb.ROLLBACK, app)
        .option("undo", undo)
        .option("rollout", rollout)
        .option("lock", lock);
  }

  /** Makes a change that keeps the release. */
  public static HostCommand change(App app, Change change, RolloutId rollout, LockId lock) {
    HostCommand command = of(change.verb, app).option("rollout", rollout).option("lock", lock);
    return change.option == null ? command : command.flag(change.option);
  }

  /** Asks for a transaction's events from {@code from} on, and those to come. */
  public static HostCommand attach(App app, RolloutId rollout, long from) {
    return of(HostVerb.ATTACH, app).option("rollout", rollout).option("from", Math.max(1, from));
  }

  /** Acquires a lock, or renews it. */
  public static HostCommand lock(App app, LockId lock, String reason, Duration expires) {
    return of(HostVerb.LOCK, app)
        .option("lock", lock)
        .option("reason", reason)
        .option("expires", expires.toSeconds());
  }

  /** Renews a lock; a host that does not hold it any more refuses. */
  public static HostCommand renew(App app, LockId lock, String reason, Duration expires) {
    return lock(app, lock, reason, expires).flag("renew");
  }

  public static HostCommand unlock(App app, LockId lock) {
    return of(HostVerb.UNLOCK, app).option("lock", lock);
  }

  /** Releases whatever lock there is. */
  public static HostCommand forceUnlock(App app) {
    return of(HostVerb.UNLOCK, app).flag("force");
  }

  /** Asks for the schedules of an app. */
  public static HostCommand schedules(App app) {
    return of(HostVerb.SCHEDULES, app);
  }

  /**
   * Returns this command as one that a host prepares: there it waits for its input, and does
   * nothing before.
   */
  public HostCommand standingBy() {
    return flag("standby").reading(START);
  }

  /** Returns this command, for new lines as they come. */
  public HostCommand following() {
    return flag("follow");
  }

  HostCommand image(ImageRef image) {
    return switch (image) {
      case ImageRef.Tag tag -> option("tag", tag);
      case ImageRef.Digest digest -> option("digest", digest);
    };
  }

  HostCommand flag(String name) {
    return with("--" + name);
  }

  HostCommand option(String name, @Nullable Object value) {
    return value == null ? this : with("--" + name + "=" + value);
  }

  private HostCommand with(String argument) {
    return with(List.of(argument));
  }

  HostCommand commandLine(CommandLine line) {
    return with("--").with(line.arguments());
  }

  /** Returns this command with something to read on its standard input. */
  HostCommand reading(byte[] content) {
    return new HostCommand(verb, arguments, content.clone());
  }

  private HostCommand with(List<String> more) {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(more);
    return new HostCommand(verb, all, input);
  }

  public List<String> arguments() {
    return arguments;
  }

  /** Returns what the command reads on its standard input. */
  public byte[] input() {
    return input.clone();
  }

  /** Returns the verb. */
  public String verb() {
    return verb.toString();
  }

  /** Returns whether only root may call the verb, not the deployers of an app. */
  public boolean isForRoot() {
    return verb.isForRoot();
  }

  /** Returns what to do when the connection breaks while this runs; null where it only reads. */
  public @Nullable String lostHint() {
    return verb.lostHint();
  }

  /** Returns whether these events are a whole answer: the status of a named app is among them. */
  public boolean isCompleteWith(List<HostEvent> events) {
    return verb != HostVerb.STATUS
        || arguments.size() == 1
        || events.stream().anyMatch(AnswerEvents.Status.class::isInstance);
  }

  /** Returns whether the host has answered this command in full with this event. */
  public boolean isAnsweredBy(HostEvent event) {
    return event instanceof LockEvents.LockTaken taken
        ? verb == HostVerb.LOCK && arguments.contains("--lock=" + taken.lock())
        : verb.isAnsweredBy(event);
  }

  private static String withoutSecret(String argument) {
    return argument.startsWith(PREVIEW) ? PREVIEW + "..." : argument;
  }

  /** Does not contain the token of a preview. */
  @Override
  public String toString() {
    return "deployctl-host "
        + String.join(" ", arguments.stream().map(HostCommand::withoutSecret).toList());
  }
}
