package dev.deployctl.output.page;

import dev.deployctl.model.Durations;
import dev.deployctl.output.page.Recording.Span;
import dev.deployctl.output.page.Recording.Track;
import dev.deployctl.output.page.model.Timeline;
import dev.deployctl.output.page.model.Tone;
import dev.deployctl.output.report.OutcomeText;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.outcome.HostOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns the recorded steps of all hosts into bars on one axis. */
final class TimelineModel {
  /** The kinds of steps, by their class in the style sheet. */
  private static final List<Timeline.Kind> KINDS =
      List.of(
          new Timeline.Kind("k-prepare", "prepare"),
          new Timeline.Kind("k-start", "start"),
          new Timeline.Kind("k-health", "health"),
          new Timeline.Kind("k-switch", "switch"),
          new Timeline.Kind("k-drain", "drain"),
          new Timeline.Kind("k-clean", "clean up"),
          new Timeline.Kind("k-failed", "failed"));

  private static final Map<String, String> KIND_OF_STEP =
      Map.ofEntries(
          Map.entry("env", "k-prepare"),
          Map.entry("pull", "k-prepare"),
          Map.entry("assets", "k-prepare"),
          Map.entry("start", "k-start"),
          Map.entry("processes", "k-start"),
          Map.entry("health", "k-health"),
          Map.entry("held", "k-health"),
          Map.entry("switch", "k-switch"),
          Map.entry("withdraw", "k-switch"),
          Map.entry("verify", "k-switch"),
          Map.entry("commit", "k-switch"),
          Map.entry("drain", "k-drain"));

  /** Steps of the axis, in seconds: the first that divides it into at most six parts. */
  private static final long[] TICKS = {
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 86_400
  };

  private static final int MOST_TICKS = 6;

  private final Instant begin;
  private final Duration length;
  private final HostNames names;
  private final Map<String, HostOutcome> outcomes;

  private TimelineModel(List<Track> tracks, HostNames names, Map<String, HostOutcome> outcomes) {
    this.begin = tracks.stream().map(Track::started).min(Comparator.naturalOrder()).orElseThrow();
    Instant end =
        tracks.stream().map(TimelineModel::end).max(Comparator.naturalOrder()).orElseThrow();
    Duration between = Duration.between(begin, end);
    this.length = between.isPositive() ? between : Duration.ofMillis(1);
    this.names = names;
    this.outcomes = outcomes;
  }

  /** Returns the end of the last step or of the host, whichever is known to be later. */
  private static Instant end(Track track) {
    Instant end = track.ended();
    for (Span span : track.spans()) {
      Duration took = span.took();
      Instant stepEnd = took == null ? span.started() : span.started().plus(took);
      end = stepEnd.isAfter(end) ? stepEnd : end;
    }
    return end;
  }

  /** Returns the timeline; null where no host was started. */
  static @Nullable Timeline of(List<Track> tracks, HostNames names, List<HostOutcome> outcomes) {
    if (tracks.isEmpty()) {
      return null;
    }
    Map<String, HostOutcome> byHost =
        outcomes.stream()
            .collect(Collectors.toMap(one -> one.host().id(), one -> one, (a, _) -> a));
    return new TimelineModel(tracks, names, byHost).model(tracks);
  }

  private Timeline model(List<Track> tracks) {
    Set<String> steps = new LinkedHashSet<>();
    tracks.forEach(track -> track.spans().forEach(span -> steps.add(span.step())));
    Set<String> used =
        tracks.stream()
            .flatMap(track -> track.spans().stream())
            .map(TimelineModel::style)
            .collect(Collectors.toSet());
    return new Timeline(
        Durations.text(length),
        ticks(),
        List.copyOf(steps),
        KINDS.stream().filter(kind -> used.contains(kind.style())).toList(),
        tracks.stream().map(track -> lane(track, steps)).toList());
  }

  private List<Timeline.Tick> ticks() {
    long seconds = length.toSeconds();
    long step = TICKS[TICKS.length - 1];
    for (long one : TICKS) {
      if (seconds / one <= MOST_TICKS) {
        step = one;
        break;
      }
    }
    List<Timeline.Tick> ticks = new ArrayList<>();
    for (long at = 0; at <= seconds; at += step) {
      Duration time = Duration.ofSeconds(at);
      ticks.add(new Timeline.Tick(percent(time), at == 0 ? "0" : Wording.seconds(time)));
    }
    return ticks;
  }

  private Timeline.Lane lane(Track track, Set<String> steps) {
    HostOutcome outcome = outcomes.get(track.host.id());
    return new Timeline.Lane(
        names.of(track.host),
        outcome == null ? "?" : outcome.kind().mark(),
        outcome == null ? "not known" : OutcomeText.of(outcome),
        outcome == null ? Tone.WARN : Tones.of(outcome),
        track.spans().stream().map(span -> bar(track, span)).toList(),
        steps.stream().map(step -> cell(track, step)).toList());
  }

  private Timeline.Bar bar(Track track, Span span) {
    Duration took = span.took();
    Duration shown = took == null ? Duration.between(span.started(), track.ended()) : took;
    return new Timeline.Bar(
        style(span),
        percent(Duration.between(begin, span.started())),
        percent(shown),
        span.step() + " " + text(span));
  }

  private static String cell(Track track, String step) {
    return track.spans().stream()
        .filter(span -> span.step().equals(step))
        .map(TimelineModel::text)
        .collect(Collectors.joining(", "));
  }

  private static String text(Span span) {
    Duration took = span.took();
    return (took == null ? "not finished" : Durations.text(took))
        + (span.failed() ? ", failed" : "");
  }

  private static String style(Span span) {
    return span.failed() ? "k-failed" : KIND_OF_STEP.getOrDefault(span.step(), "k-clean");
  }

  private String percent(Duration part) {
    double share = 100.0 * part.toMillis() / length.toMillis();
    return String.format(Locale.ROOT, "%.2f", Math.clamp(share, 0, 100));
  }
}
