package dev.deployctl.rollout.outcome;

import dev.deployctl.event.HeldRelease;
import dev.deployctl.model.Host;
import java.time.Duration;
import java.util.List;

/** The part of a plan that is about a held release. */
public sealed interface HoldPlan {
  /**
   * The first batch starts the release and holds it: no host is switched, and the other batches are
   * not begun.
   *
   * @param time how long the hosts hold it before they abandon it by themselves
   */
  record Start(Duration time) implements HoldPlan {}

  /**
   * The first batch makes the release live that it holds; the others deploy the same image.
   *
   * @param hosts the hosts that hold it
   * @param held the release as the first of them describes it
   */
  record Promote(List<Host> hosts, HeldRelease held) implements HoldPlan {
    public Promote {
      hosts = List.copyOf(hosts);
    }
  }
}
