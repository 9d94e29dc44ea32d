package dev.deployctl.rollout.outcome;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * The requests around one host's switch, as nginx's own logs have them: what users felt of it.
 *
 * @param requests requests that began between the switch and the end of the drain
 * @param failures those of them that got no answer from the app
 * @param requestsBefore requests that began in a time of the same length before the switch
 * @param failuresBefore those of them that got no answer from the app
 * @param cut connections that were still open at the end of the drain
 * @param unknown why the requests are not known, null where they are; the counts are 0 then and
 *     mean nothing
 */
public record Receipt(
    long requests,
    long failures,
    long requestsBefore,
    long failuresBefore,
    int cut,
    @Nullable String unknown) {
  /** Returns a receipt that knows nothing but the connections cut. */
  public static Receipt unknown(int cut, String reason) {
    return new Receipt(0, 0, 0, 0, cut, reason);
  }

  /** Returns whether the requests are known. */
  public boolean known() {
    return unknown == null;
  }

  /** Returns the sum of the receipts that are known. */
  public static Receipt total(Collection<Receipt> receipts) {
    return new Receipt(
        receipts.stream().mapToLong(Receipt::requests).sum(),
        receipts.stream().mapToLong(Receipt::failures).sum(),
        receipts.stream().mapToLong(Receipt::requestsBefore).sum(),
        receipts.stream().mapToLong(Receipt::failuresBefore).sum(),
        receipts.stream().mapToInt(Receipt::cut).sum(),
        null);
  }
}
