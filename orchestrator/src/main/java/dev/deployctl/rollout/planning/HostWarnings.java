package dev.deployctl.rollout.planning;

import dev.deployctl.event.HostValues;
import dev.deployctl.fleet.FirstNames;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.Host;
import dev.deployctl.model.ImageRef;
import dev.deployctl.rollout.outcome.Release;
import dev.deployctl.rollout.outcome.RollbackPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Warnings from the hosts' preflights: each text once with the hosts that gave it, and hosts that
 * answered with one id.
 */
public final class HostWarnings {
  private static final int FEW = 3;

  private final Map<String, List<String>> hosts = new LinkedHashMap<>();
  private final Map<String, List<Host>> ids = new LinkedHashMap<>();

  /**
   * Asks hosts for the warnings of a preflight before they are rolled back; a host that is not
   * ready gives none.
   */
  public static HostWarnings ofRollback(FleetCall call, RollbackPlan plan, int parallelism)
      throws InterruptedException {
    HostWarnings warnings = new HostWarnings();
    HostCommand question = HostCommand.preflight(plan.app());
    for (HostResult result : call.ask(plan.hosts(), question, parallelism)) {
      if (result instanceof HostResult.Answered answered) {
        ReadyHost ready = ReadyHost.of(answered);
        warnings.add(ready);
        HostValues.ReleaseCommand command = ready.answer().releaseCommand();
        if (command != null && changesImage(plan, answered.host())) {
          warnings.add(answered.host(), notUndone(command));
        }
      }
    }
    return warnings;
  }

  private static boolean changesImage(RollbackPlan plan, Host host) {
    return !Objects.equals(digest(plan.from().get(host.id())), digest(plan.to().get(host.id())));
  }

  private static ImageRef.@Nullable Digest digest(@Nullable Release release) {
    return release == null ? null : release.digest();
  }

  private static String notUndone(HostValues.ReleaseCommand command) {
    return "a rollback does not run the release command ("
        + String.join(" ", command.command())
        + "), and does not undo what it did";
  }

  public void add(ReadyHost ready) {
    Host host = ready.host();
    ready.answer().warnings().forEach(text -> add(host, text));
    String id = ready.answer().hostId();
    if (id != null) {
      ids.computeIfAbsent(id, _ -> new ArrayList<>()).add(host);
    }
  }

  private void add(Host host, String text) {
    hosts.computeIfAbsent(text, _ -> new ArrayList<>()).add(host.name());
  }

  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    hosts.forEach((text, names) -> lines.add(names(names) + ": " + text));
    lines.addAll(SameMachine.withOneId(ids.values()));
    return lines;
  }

  /** Returns the names in one line, the first few of many. */
  static String names(List<String> names) {
    return FirstNames.of(names, FEW);
  }
}
