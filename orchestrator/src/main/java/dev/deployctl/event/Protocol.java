package dev.deployctl.event;

/** The version of the contract with hosts that this program understands. */
public final class Protocol {
  public static final int VERSION = 1;

  /** The exit code with which a host of another version is refused: that of {@code unavailable}. */
  public static final int REFUSED = 69;

  private Protocol() {}

  /**
   * Returns the error of a host that speaks another version, with what to do about it.
   *
   * @param program such as {@code deployctl-host 0.3.0}
   */
  public static HostError error(String program, long spoken) {
    return new HostError(
        "unavailable",
        program
            + " on this host speaks protocol "
            + spoken
            + ", and this deployctl understands "
            + VERSION
            + " alone",
        "nothing that it says can be relied on",
        spoken > VERSION
            ? "use a newer deployctl, one that understands protocol " + spoken
            : "an operator upgrades it: deployctl bootstrap HOST",
        null);
  }
}
