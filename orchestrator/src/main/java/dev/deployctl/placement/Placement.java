package dev.deployctl.placement;

import java.util.List;

/**
 * The hosts on which the containers of an app would be placed.
 *
 * @param shares all hosts that were considered, in the order of the inventory
 * @param unplaced how many containers found no room
 */
public record Placement(Demand demand, List<Share> shares, int unplaced) {
  public Placement {
    shares = List.copyOf(shares);
  }

  /** Why a host gets the containers that it gets. */
  public enum Verdict {
    /** It gets some. */
    CHOSEN,
    /** It has room, and other hosts come first. */
    NOT_NEEDED,
    /** It has no room for one. */
    NO_ROOM,
    /** It did not answer, or not about its memory. */
    NOT_KNOWN
  }

  /**
   * The containers that one host gets.
   *
   * @param count how many it gets
   * @param fits how many would fit, if no other host took any
   */
  public record Share(HostCapacity capacity, int count, long fits, Verdict verdict) {}

  /** Returns how many containers are placed. */
  public int placed() {
    return demand.count() - unplaced;
  }
}
