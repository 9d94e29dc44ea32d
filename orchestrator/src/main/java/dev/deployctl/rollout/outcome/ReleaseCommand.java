package dev.deployctl.rollout.outcome;

import dev.deployctl.model.Host;
import dev.deployctl.model.RolloutId;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command that a rollout runs once, from the new image, before any host is changed.
 *
 * @param hosts hosts that have it, in the order of the plan: it runs on the first that has the
 *     image
 * @param check the command that tells whether there is anything to do; empty where there is none
 * @param last how long it took the last time, null where that is not known
 * @param pending the answer of the check; null where there is none
 * @param earlier the rollout that it belongs to, where this one promotes what that one held; null
 *     for this rollout itself
 */
public record ReleaseCommand(
    List<Host> hosts,
    List<String> words,
    List<String> check,
    @Nullable Duration last,
    @Nullable Boolean pending,
    @Nullable Earlier earlier) {
  public ReleaseCommand {
    hosts = List.copyOf(hosts);
    words = List.copyOf(words);
    check = List.copyOf(check);
  }

  /**
   * The rollout that held the release, for which the command runs once.
   *
   * @param ran the host where it has run; null where that is not known
   */
  public record Earlier(RolloutId rollout, @Nullable Host ran) {}

  /** A command of this rollout itself. */
  public ReleaseCommand(
      List<Host> hosts,
      List<String> words,
      List<String> check,
      @Nullable Duration last,
      @Nullable Boolean pending) {
    this(hosts, words, check, last, pending, null);
  }

  /** Returns whether it has run before this rollout, which does not run it again. */
  public boolean ran() {
    return earlier != null && earlier.ran() != null;
  }

  /** Returns the host that it runs on. */
  public Host host() {
    return hosts.getFirst();
  }

  /** Returns the command as a person types it. */
  public String text() {
    return String.join(" ", words);
  }

  /** Returns the same with the answer of its check. */
  public ReleaseCommand checked(boolean something) {
    return new ReleaseCommand(hosts, words, check, last, something, earlier);
  }

  /**
   * A run of the command in a rollout.
   *
   * @param run the host's id of it, null where it is not known whether it started
   * @param ended whether it is known to have ended
   * @param exit its exit code; null where it has not ended or the host did not say
   */
  public record Run(
      Host host,
      List<String> words,
      @Nullable String run,
      boolean ended,
      @Nullable Integer exit,
      Duration took) {
    public Run {
      words = List.copyOf(words);
    }

    /** Returns whether the rollout may go on. */
    public boolean succeeded() {
      return exit != null && exit == 0;
    }
  }
}
