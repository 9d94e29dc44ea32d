package dev.deployctl.rollout;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostError;
import dev.deployctl.event.HostErrorKind;
import dev.deployctl.event.HostEvent;
import dev.deployctl.event.HostValues;
import dev.deployctl.event.OneOffEvents;
import dev.deployctl.event.OtherFields;
import dev.deployctl.fleet.ConnectionLostException;
import dev.deployctl.fleet.HostReply;
import dev.deployctl.fleet.Timeline;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.Host;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The release command of a simulated host: it prints a line a second. */
final class SimulatedRelease {
  static final String RUN = "3f2a9c1b7d04";
  static final List<String> WORDS = List.of("bin/rails", "db:migrate");
  private static final Duration LINE = Duration.ofSeconds(1);
  private static final Host SOMEWHERE = new Host("i", "i", "i", "", Map.of());

  /** What a preflight tells of it; null where the definition has none. */
  HostValues.@Nullable ReleaseCommand definition;

  /** How long it takes; it then ends with this exit code. */
  Duration takes = Duration.ofSeconds(10);

  int exit;

  /** When the host ends it; null for never. */
  @Nullable Duration limit;

  /** The exit code of its check. */
  int checkExit = 1;

  /** How often the connection breaks after a few lines. */
  int losses;

  /** Whether no connection comes back after the first loss. */
  boolean staysSilent;

  /** Whether the host refuses the verb, as one does whose script does not know it. */
  boolean refusesVerb;

  /** The rollout that it was started for. */
  @Nullable String rollout;

  int starts;
  int checks;
  private @Nullable Instant since;

  void define() {
    definition = new HostValues.ReleaseCommand(WORDS, List.of(), 12_000L);
  }

  HostReply answer(
      Timeline timeline, SimulatedHost host, HostCommand command, Consumer<HostEvent> events)
      throws ConnectionLostException, InterruptedException {
    if (command.arguments().contains("--check")) {
      checks++;
      return ended(events, checkExit, 1000, "check");
    }
    if (refusesVerb) {
      return refused(HostErrorKind.USAGE, "unknown verb release");
    }
    String asked = option(command, "--rollout=");
    if (since == null || !asked.equals(rollout)) {
      if (since != null && timeline.now().isBefore(since.plus(takes))) {
        return refused(HostErrorKind.LOCKED, "release command of rollout " + rollout + " runs");
      }
      if (!option(command, "--lock=").equals(host.lock)) {
        return refused(HostErrorKind.LOCKED, "a release command must hold the lock");
      }
      starts++;
      rollout = asked;
      since = timeline.now();
    }
    return follow(timeline, since, events);
  }

  private HostReply follow(Timeline timeline, Instant begun, Consumer<HostEvent> events)
      throws ConnectionLostException, InterruptedException {
    if (staysSilent && losses == 0) {
      throw new ConnectionLostException(SOMEWHERE, "connection reset", null);
    }
    events.accept(
        new OneOffEvents.RunStarted(
            1, null, RUN, WORDS, RUN, "release", rollout, OtherFields.NONE));
    Duration end = limit != null && limit.compareTo(takes) < 0 ? limit : takes;
    for (int line = 1; line <= end.toSeconds(); line++) {
      Instant at = begun.plus(LINE.multipliedBy(line));
      if (at.isAfter(timeline.now())) {
        timeline.sleep(Duration.between(timeline.now(), at));
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      events.accept(
          new AnswerEvents.LogLine(line + 1L, at.toString(), 0, null, "stdout", "row " + line));
      if (losses > 0 && line == 3) {
        losses--;
        throw new ConnectionLostException(SOMEWHERE, "connection reset", null);
      }
    }
    return end.equals(takes)
        ? ended(events, exit, takes.toMillis(), "release")
        : refused(HostErrorKind.RELEASE_FAILED, "it had not ended after " + end.toSeconds() + " s");
  }

  private HostReply ended(Consumer<HostEvent> events, int code, long ms, String kind) {
    HostEvent last =
        new OneOffEvents.RunFinished(
            99, code, null, RUN, ms, RUN, kind, rollout, null, OtherFields.NONE);
    events.accept(last);
    return new HostReply(code == 0 ? 0 : 73, last, "");
  }

  private static HostReply refused(HostErrorKind kind, String message) {
    HostError error = kind.error(message);
    return new HostReply(kind.exitCode(), new AnswerEvents.Refused(1, kind.exitCode(), error), "");
  }

  private static String option(HostCommand command, String name) {
    return command.arguments().stream()
        .filter(argument -> argument.startsWith(name))
        .findFirst()
        .orElseThrow()
        .substring(name.length());
  }
}
