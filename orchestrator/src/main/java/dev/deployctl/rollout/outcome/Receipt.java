package dev.deployctl.rollout.outcome;

import dev.deployctl.event.HostValues;
import dev.deployctl.event.TransactionEvents;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The requests around one host's switch, as nginx's own logs have them: what users felt of it.
 *
 * @param requests requests that were in progress at the switch or began after it, and ended before
 *     the end of the drain
 * @param failures those of them that got no complete answer from the app
 * @param requestsBefore requests in a time of the same length before the switch; null where they
 *     are not known
 * @param failuresBefore those of them that got no complete answer from the app
 * @param cut connections that were still open at the end of the drain
 * @param unknown why the requests are not known, null where they are; the counts are 0 then and
 *     mean nothing
 */
public record Receipt(
    long requests,
    long failures,
    @Nullable Long requestsBefore,
    @Nullable Long failuresBefore,
    int cut,
    @Nullable String unknown) {
  /** Returns a receipt that knows nothing but the connections cut. */
  public static Receipt unknown(int cut, String reason) {
    return new Receipt(0, 0, null, null, cut, reason);
  }

  /** Returns whether the requests are known. */
  public boolean known() {
    return unknown == null;
  }

  /** Returns what a host reported. */
  public static Receipt of(TransactionEvents.Receipt told) {
    Long requests = told.requests();
    Long failures = told.failures();
    HostValues.RequestCount before = told.before();
    if (told.unknown() != null || requests == null || failures == null) {
      return unknown(
          told.cut(), Objects.requireNonNullElse(told.unknown(), "the host did not count them"));
    }
    return new Receipt(
        requests,
        failures,
        before == null ? null : before.requests(),
        before == null ? null : before.failures(),
        told.cut(),
        null);
  }

  /**
   * Returns the sum of the receipts that are known, and all connections cut. What was before the
   * switches is known only where each of them knows it.
   */
  public static Receipt total(Collection<Receipt> receipts) {
    List<Receipt> known = receipts.stream().filter(Receipt::known).toList();
    return new Receipt(
        known.stream().mapToLong(Receipt::requests).sum(),
        known.stream().mapToLong(Receipt::failures).sum(),
        sum(known, Receipt::requestsBefore),
        sum(known, Receipt::failuresBefore),
        receipts.stream().mapToInt(Receipt::cut).sum(),
        null);
  }

  private static @Nullable Long sum(
      List<Receipt> receipts, Function<Receipt, @Nullable Long> count) {
    long sum = 0;
    for (Receipt receipt : receipts) {
      Long one = count.apply(receipt);
      if (one == null) {
        return null;
      }
      sum += one;
    }
    return sum;
  }
}
