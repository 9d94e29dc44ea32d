package dev.deployctl.rollout.planning;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostValues;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.HostCommand;
import dev.deployctl.fleet.HostResult;
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

/** Warnings of the hosts' preflights, each text once with the hosts that gave it. */
public final class HostWarnings {
  private static final int FEW = 3;

  private final Map<String, List<String>> hosts = new LinkedHashMap<>();

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
        AnswerEvents.PreflightFinished answer = ReadyHost.of(answered).answer();
        warnings.add(answered.host(), answer.warnings());
        HostValues.ReleaseCommand command = answer.releaseCommand();
        if (command != null && changesImage(plan, answered.host())) {
          warnings.add(answered.host(), List.of(notUndone(command)));
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

  public void add(Host host, List<String> warnings) {
    warnings.forEach(text -> hosts.computeIfAbsent(text, _ -> new ArrayList<>()).add(host.name()));
  }

  public List<String> lines() {
    return hosts.entrySet().stream()
        .map(one -> names(one.getValue()) + ": " + one.getKey())
        .toList();
  }

  private static String names(List<String> names) {
    return names.size() > FEW
        ? String.join(", ", names.subList(0, FEW)) + " and " + (names.size() - FEW) + " more"
        : String.join(", ", names);
  }
}
