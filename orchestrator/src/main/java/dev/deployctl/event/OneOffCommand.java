package dev.deployctl.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A one-off command of an app, in a container of its own.
 *
 * @param by who started it; null in a history, whose entry says so
 * @param since when it began; null in a history, likewise
 * @param release whose image it uses; null in a history, likewise
 * @param exit its exit code; null while it runs, and where it is not known
 * @param lines the last lines that it printed; none while it runs
 * @param run its id while it runs; null on older hosts
 * @param id its id in a history; null on older hosts
 * @param kind what it is for: run, release, check, schedule or console; null on older hosts
 * @param rollout the rollout that it belongs to, or null
 * @param schedule the schedule that started it, or null
 * @param reason why a console was opened, or null
 * @param digest the image that it uses, in a history
 */
public record OneOffCommand(
    @Nullable String by,
    @Nullable String since,
    List<String> words,
    @Nullable String container,
    @Nullable String release,
    @Nullable Integer exit,
    List<String> lines,
    @Nullable String run,
    @Nullable String id,
    @Nullable String kind,
    @Nullable String rollout,
    @Nullable String schedule,
    @Nullable String reason,
    @Nullable String digest) {
  public OneOffCommand {
    words = List.copyOf(words);
    lines = List.copyOf(lines);
  }

  /** A command of an older host, which gives no id. */
  public OneOffCommand(
      @Nullable String by,
      @Nullable String since,
      List<String> words,
      @Nullable String container,
      @Nullable String release,
      @Nullable Integer exit,
      List<String> lines) {
    this(
        by, since, words, container, release, exit, lines, null, null, null, null, null, null,
        null);
  }
}
