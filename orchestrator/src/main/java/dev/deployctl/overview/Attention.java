package dev.deployctl.overview;

import java.util.Locale;

/** The state of an app over its hosts, the one that needs attention first at the top. */
public enum Attention {
  /** It runs on none of its instances on a host. */
  DOWN,
  /** It does not run as it is recorded. */
  DEGRADED,
  /** A host did not answer, or refused to. */
  NO_ANSWER,
  /** Hosts run different releases. */
  MIXED,
  /** A host does not know the app, or does not show it to the caller. */
  NOT_HERE,
  /** It runs, and something about it is out of the ordinary. */
  WARNING,
  /** A release runs beside the live one, and users are not led to it. */
  HELD,
  /** Nobody deploys it until a freeze has ended. */
  FROZEN,
  /** A transaction runs. */
  BUSY,
  LOCKED,
  MAINTENANCE,
  STOPPED,
  /** Nothing is deployed on any host. */
  NONE,
  /** The inventory has no host of it. */
  NO_HOSTS,
  OK;

  /** Returns whether users may be affected, or nobody knows. */
  public boolean isUrgent() {
    return compareTo(NO_ANSWER) <= 0;
  }

  /** Returns it as people read it: {@code no answer}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
