package dev.deployctl.output.tables;

import dev.deployctl.event.AnswerEvents.Status;
import dev.deployctl.event.HostValues.Applied;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.Host;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Page;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The commits of the operators' directory that hosts have; they should all be one. */
final class AppliedCommits {
  private final Map<String, List<Host>> hosts = new LinkedHashMap<>();
  private boolean known;

  AppliedCommits(List<HostResult> results) {
    for (HostResult result : results) {
      if (result instanceof HostResult.Answered answered) {
        answered.events(Status.class).stream()
            .findFirst()
            .ifPresent(status -> add(answered.host(), status));
      }
    }
  }

  private void add(Host host, Status status) {
    Applied applied = status.applied();
    String label = applied == null ? "never applied" : label(applied);
    known |= applied != null && applied.commit() != null;
    hosts.computeIfAbsent(label, _ -> new ArrayList<>()).add(host);
  }

  private static String label(Applied applied) {
    String commit = applied.commit();
    return commit == null ? "no commit" : ApplyLog.label(commit);
  }

  /** Prints which hosts have which commit, where they differ. */
  void print(Page page, HostNames names) {
    if (!known || hosts.size() < 2) {
      return;
    }
    List<String> each = new ArrayList<>();
    hosts.forEach((label, on) -> each.add(label + " (" + names.of(on) + ")"));
    page.words(
        page.line(" ").add(Colour.WARN, "≠ operators' files").add("  "),
        "hosts have different commits: " + String.join(", ", each));
  }
}
