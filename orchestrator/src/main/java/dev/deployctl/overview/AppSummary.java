package dev.deployctl.overview;

import dev.deployctl.model.Host;
import dev.deployctl.rollout.outcome.Release;
import java.util.List;
import java.util.Map;

/**
 * An app over its hosts.
 *
 * @param hosts all hosts of the app, in the order of the inventory
 * @param knowing the hosts that answered and know the app
 * @param healthy how many hosts run it as recorded
 * @param serving the live release by host id; hosts without one are not in it
 * @param remarks what needs attention, most urgent first; those of several hosts are one
 */
public record AppSummary(
    String app,
    Attention state,
    List<Host> hosts,
    List<Host> knowing,
    int healthy,
    Map<String, Release> serving,
    List<Remark> remarks) {
  public AppSummary {
    hosts = List.copyOf(hosts);
    knowing = List.copyOf(knowing);
    serving = Map.copyOf(serving);
    remarks = List.copyOf(remarks);
  }

  /**
   * Something that needs attention.
   *
   * @param text a sentence without the hosts
   */
  public record Remark(Attention state, List<Host> hosts, String text) {
    public Remark {
      hosts = List.copyOf(hosts);
    }
  }
}
