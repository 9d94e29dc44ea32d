package dev.deployctl.bootstrap;

import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.Host;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The changes that one host needs, before any is made.
 *
 * @param result answered where it can be done, else the reason why not
 * @param before the version of the host script that is there, null where there is none
 * @param changes sentences without a subject: {@code install nginx with apt-get}
 * @param notes sentences about the host that do not prevent anything
 */
public record HostPlan(
    HostResult result, @Nullable String before, List<String> changes, List<String> notes) {
  public HostPlan {
    changes = List.copyOf(changes);
    notes = List.copyOf(notes);
  }

  /** A host on which nothing can be done. */
  static HostPlan impossible(HostResult result) {
    return new HostPlan(result, null, List.of(), List.of());
  }

  public Host host() {
    return result.host();
  }

  public boolean isPossible() {
    return result instanceof HostResult.Answered;
  }
}
