package dev.deployctl.overview;

import dev.deployctl.event.InspectionEvents.TimelineEntry;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.Host;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The events on all hosts of an app around a moment.
 *
 * @param lines oldest first, by one clock: the hosts' times are corrected
 */
public record FleetTimeline(List<Line> lines, List<HostResult> answers) {
  public FleetTimeline {
    lines = List.copyOf(lines);
    answers = List.copyOf(answers);
  }

  /** An entry and the host that it is from. */
  public record Line(Host host, TimelineEntry entry) {}

  /** Merges the answers of hosts. */
  public static FleetTimeline of(List<HostResult> answers) {
    List<Line> lines = new ArrayList<>();
    for (HostResult answer : answers) {
      if (answer instanceof HostResult.Answered done) {
        for (TimelineEntry entry : done.events(TimelineEntry.class)) {
          lines.add(new Line(done.host(), entry.at(done.clock().corrected(entry.ts()))));
        }
      }
    }
    // Stable: what happened in one instant stays in the order in which the host told it.
    lines.sort(Comparator.comparing(line -> line.entry().ts()));
    return new FleetTimeline(lines, answers);
  }

  /** Returns how much an entry explains; 0 for what is ordinary. */
  public static int weight(TimelineEntry entry) {
    return switch (entry.kind()) {
      case "oom" -> 6;
      case "container" -> entry.oomKilled() ? 6 : ordinaryEnd(entry) ? 0 : 5;
      case "step" -> 4;
      case "health", "host" -> 4;
      case "requests" -> 3;
      case "deploy", "run" -> "failed".equals(entry.outcome()) ? 4 : 0;
      case "switch", "env", "apply", "drain" -> 2;
      case "refused" -> 1;
      default -> 0;
    };
  }

  /** Returns whether a container ended as one does that is stopped. */
  private static boolean ordinaryEnd(TimelineEntry entry) {
    Integer code = entry.exitCode();
    return code != null && (code == 0 || code == 143);
  }
}
