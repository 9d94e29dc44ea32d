package dev.deployctl.output.json;

import dev.deployctl.event.HostEvent;
import dev.deployctl.fleet.HostClock;
import dev.deployctl.model.Host;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one host remembers of its apps.
 *
 * @param entries newest first or last, as the host told them
 * @param clock its clock, by which the times of the entries are to be corrected
 * @param problem why it said nothing, null when it answered
 * @param hint what to do about that
 */
public record HostHistory(
    Host host,
    List<HostEvent.HistoryEntry> entries,
    HostClock clock,
    @Nullable String problem,
    @Nullable String hint) {
  public HostHistory {
    entries = List.copyOf(entries);
  }

  public static HostHistory answered(Host host, List<HostEvent.HistoryEntry> entries) {
    return answered(host, entries, HostClock.SAME);
  }

  public static HostHistory answered(
      Host host, List<HostEvent.HistoryEntry> entries, HostClock clock) {
    return new HostHistory(host, entries, clock, null, null);
  }

  public static HostHistory silent(Host host, String problem, @Nullable String hint) {
    return new HostHistory(host, List.of(), HostClock.SAME, problem, hint);
  }
}
