package dev.deployctl.output.report;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import dev.deployctl.model.Host;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.ReceiptText;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.Receipt;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The line that says what users felt of the switches of a rollout, over all its hosts. */
public final class UsersFelt {
  private UsersFelt() {}

  /** Returns the line; empty where no host reported a receipt. */
  public static Optional<String> of(RolloutOutcome outcome, HostNames names) {
    Map<Host, Receipt> receipts = new LinkedHashMap<>();
    for (HostOutcome host : outcome.hosts()) {
      if (host instanceof HostOutcome.Updated updated && updated.receipt() != null) {
        receipts.put(host.host(), updated.receipt());
      }
    }
    if (receipts.isEmpty()) {
      return Optional.empty();
    }
    Receipt total = Receipt.total(receipts.values());
    boolean anyKnown = receipts.values().stream().anyMatch(Receipt::known);
    String switches = receipts.size() == 1 ? "the switch" : "the switches";
    return Optional.of(
        (anyKnown ? ReceiptText.counted(total, switches) + "; " : "")
            + Wording.count(total.cut(), "connection")
            + " cut"
            + unknown(receipts, names));
  }

  private static String unknown(Map<Host, Receipt> receipts, HostNames names) {
    Map<String, List<Host>> reasons =
        receipts.entrySet().stream()
            .filter(entry -> !entry.getValue().known())
            .collect(
                groupingBy(
                    entry -> Objects.requireNonNull(entry.getValue().unknown()),
                    LinkedHashMap::new,
                    mapping(Map.Entry::getKey, toList())));
    StringBuilder text = new StringBuilder();
    reasons.forEach(
        (reason, hosts) ->
            text.append("; requests not known on ")
                .append(names.of(hosts))
                .append(": ")
                .append(reason));
    return text.toString();
  }
}
