package dev.deployctl.output;

import dev.deployctl.event.HostEvent;
import dev.deployctl.model.Host;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one host remembers of its apps.
 *
 * @param entries newest first or last, as the host told them
 * @param problem why it said nothing, null when it answered
 * @param hint what to do about that
 */
public record HostHistory(
    Host host,
    List<HostEvent.HistoryEntry> entries,
    @Nullable String problem,
    @Nullable String hint) {
  public HostHistory {
    entries = List.copyOf(entries);
  }

  public static HostHistory answered(Host host, List<HostEvent.HistoryEntry> entries) {
    return new HostHistory(host, entries, null, null);
  }

  public static HostHistory silent(Host host, String problem, @Nullable String hint) {
    return new HostHistory(host, List.of(), problem, hint);
  }
}
