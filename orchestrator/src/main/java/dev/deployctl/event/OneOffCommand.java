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
 */
public record OneOffCommand(
    @Nullable String by,
    @Nullable String since,
    List<String> words,
    @Nullable String container,
    @Nullable String release,
    @Nullable Integer exit,
    List<String> lines) {
  public OneOffCommand {
    words = List.copyOf(words);
    lines = List.copyOf(lines);
  }
}
