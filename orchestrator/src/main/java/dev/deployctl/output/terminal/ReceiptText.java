package dev.deployctl.output.terminal;

import dev.deployctl.rollout.outcome.Receipt;
import java.util.Locale;

/** The text of a receipt: what users felt of one switch, or of several. */
public final class ReceiptText {
  private ReceiptText() {}

  /** Returns the text for one host. */
  public static String of(Receipt receipt) {
    return receipt.known()
        ? "users: " + counted(receipt, "the switch")
        : "users: not known (" + receipt.unknown() + ")";
  }

  /** Returns the counts, of {@code switches} such as {@code the switches}. */
  public static String counted(Receipt receipt, String switches) {
    return number(receipt.requests())
        + (receipt.requests() == 1 ? " request" : " requests")
        + " during "
        + switches
        + ", "
        + number(receipt.failures())
        + " failed"
        + before(receipt);
  }

  /**
   * The rate before tells whether failures came with the switch, so it is named beside failures.
   */
  private static String before(Receipt receipt) {
    Long requests = receipt.requestsBefore();
    Long failures = receipt.failuresBefore();
    if (receipt.failures() == 0 || requests == null || failures == null) {
      return "";
    }
    return " (in as long before: " + number(failures) + " of " + number(requests) + ")";
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
