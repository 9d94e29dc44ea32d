package dev.deployctl.event;

import org.jspecify.annotations.Nullable;

/** The objects that several events have in common. */
public interface HostValues {
  /**
   * A release on a host.
   *
   * @param rollout the transaction that put it into service
   * @param verb the verb of that transaction
   */
  record Serving(
      @Nullable String release,
      @Nullable String digest,
      @Nullable String tag,
      @Nullable String since,
      @Nullable String by,
      @Nullable String rollout,
      @Nullable String verb,
      boolean healthy) {
    /** Returns whether a restart made it live. */
    public boolean byRestart() {
      return "restart".equals(verb);
    }

    /** Returns whether a rollback made it live. */
    public boolean byRollback() {
      return "rollback".equals(verb);
    }
  }

  /**
   * The deploy that brought the live image, through every restart since.
   *
   * @param before the release that it replaced; null where that is not kept
   */
  record Deployed(
      @WhenAbsent("") String rollout,
      @Nullable String by,
      @Nullable String since,
      @Nullable Serving before) {}

  /**
   * The containers of an app on a host.
   *
   * @param restarts how often Docker has restarted them because they ended
   * @param restarted time of the last restart, null without any
   */
  record Instances(int running, int wanted, int restarts, @Nullable String restarted) {}

  /** The requests of a period, from nginx's own log. */
  record Requests(
      long requests,
      @WireName("errors_5xx") long errors,
      @WireName("p50_ms") long p50,
      @WireName("p95_ms") long p95,
      long seconds) {}
}
