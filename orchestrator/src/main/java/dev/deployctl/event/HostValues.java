package dev.deployctl.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The objects that several events have in common. */
public interface HostValues {
  /**
   * The source of an image, as its labels name it. Whoever builds images writes them.
   *
   * @param source address of the source repository
   * @param version of the app; null also where the host script is older
   * @param created when the image was built
   */
  record ImageLabels(
      @Nullable String revision,
      @Nullable String source,
      @Nullable String version,
      @Nullable String created) {}

  /**
   * A release on a host.
   *
   * @param rollout the transaction that put it into service
   * @param verb the verb of that transaction
   * @param labels the source of its image; null where that is not known
   */
  record Serving(
      @Nullable String release,
      @Nullable String digest,
      @Nullable String tag,
      @Nullable String since,
      @Nullable String by,
      @Nullable String rollout,
      @Nullable String verb,
      boolean healthy,
      @Nullable ImageLabels labels) {
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

  /**
   * The memory that an app has reserved on a host, in bytes.
   *
   * @param reserved the memory limits of its running containers together
   * @param largest the largest of them
   */
  record ReservedMemory(@WhenAbsent("?") String app, int containers, long reserved, long largest) {}

  /** Requests, and those of them that got no complete answer from the app. */
  record RequestCount(long requests, long failures) {}

  /** The requests around a switch; see {@link TransactionEvents.Receipt}. */
  record SwitchReceipt(
      @Nullable Long requests,
      @Nullable Long failures,
      @Nullable RequestCount before,
      int cut,
      @Nullable String unknown) {}

  /**
   * Why an app cannot be deployed now.
   *
   * @param kind {@code freeze}, or {@code window} where the app is outside of its windows
   * @param until when that ends
   */
  record DeployFreeze(
      @WhenAbsent("freeze") String kind,
      @WhenAbsent("?") String name,
      @Nullable String reason,
      @Nullable String until) {}

  /** The memory of containers in bytes. */
  record Memory(long limit, long used) {}

  /** The containers of one process of an app on a host. */
  record ProcessInstances(
      @WhenAbsent("?") String process,
      int running,
      int wanted,
      int restarts,
      @Nullable String restarted,
      @Nullable Memory memory) {}

  /**
   * An instance of an old release that finishes what it has in hand.
   *
   * @param since when it was asked to end
   * @param until when it is killed if it has not ended
   * @param killed whether that time is over
   */
  record RetiringInstance(
      @WhenAbsent("?") String process,
      @WhenAbsent("1") int instance,
      @Nullable String release,
      @Nullable String container,
      @Nullable String since,
      @Nullable String until,
      boolean killed) {}

  /**
   * The end of such an instance.
   *
   * @param exit its exit code; null where it is not known
   * @param killed whether its time ran out
   * @param ms how long it took to end
   */
  record RetiredInstance(
      @WhenAbsent("?") String process,
      @WhenAbsent("1") int instance,
      @Nullable Integer exit,
      boolean killed,
      long ms) {}

  /**
   * The command that a rollout runs once, from the new image, before any host is changed.
   *
   * @param check the command that exits 0 if there is nothing to do; empty where there is none
   * @param lastMs how long it took the last time on this host, or null
   */
  record ReleaseCommand(List<String> command, List<String> check, @Nullable Long lastMs) {
    public ReleaseCommand {
      command = List.copyOf(command);
      check = List.copyOf(check);
    }
  }

  /**
   * A run of a schedule.
   *
   * @param slot the time that it was scheduled for
   * @param outcome null while it runs
   */
  record ScheduledRun(
      @Nullable String ts,
      @Nullable String slot,
      @Nullable String run,
      @Nullable String release,
      @Nullable String outcome,
      @Nullable Integer exit,
      @Nullable Long ms,
      @Nullable String error) {}

  /** A run of a schedule that did not take place. */
  record SkippedRun(
      @Nullable String ts,
      @Nullable String slot,
      @Nullable String reason,
      @Nullable String message) {}

  /** A drained host: since when, and who drained it. */
  record Drained(@Nullable String since, @Nullable String by) {}

  /** A load balancer that asked a drained host, and how often. */
  record BalancerChecks(@WhenAbsent("?") String address, long checks) {}

  /**
   * Requests for an app on a drained host.
   *
   * @param clients some of those that sent them, with their user agents
   */
  record AppRequests(@WhenAbsent("?") String app, long requests, List<String> clients) {
    public AppRequests {
      clients = List.copyOf(clients);
    }
  }

  /**
   * An apply of the operators' files to a host.
   *
   * @param version of the files that the host got
   * @param commit of the operators' directory; null where it is in no repository
   * @param dirty whether the directory differed from that commit
   * @param drift the files that have been changed on the host since
   */
  record Applied(
      @Nullable String version,
      @Nullable String commit,
      boolean dirty,
      @Nullable String at,
      @Nullable String by,
      List<String> drift) {
    public Applied {
      drift = List.copyOf(drift);
    }
  }

  /**
   * The requests of a period, from nginx's own log.
   *
   * @param p50 the 50th percentile of their times in milliseconds; null without requests
   * @param p95 the 95th percentile
   */
  record Requests(
      long requests,
      @WireName("errors_5xx") long errors,
      @WireName("p50_ms") @Nullable Long p50,
      @WireName("p95_ms") @Nullable Long p95,
      long seconds) {}
}
