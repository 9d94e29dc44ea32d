package dev.deployctl.rollout.outcome;

import dev.deployctl.event.EnvChange;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.ImageRef;
import dev.deployctl.model.RolloutSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a rollout, complete before anything is changed.
 *
 * @param restart whether hosts keep their image and only get fresh env
 * @param wanted the release that hosts are to run, its digest one for all hosts; at a restart what
 *     they run now, as far as that is one
 * @param digest the image that goes to all hosts; null at a restart
 * @param batches hosts to change, in order; hosts that run the digest already are not among them
 * @param skipped hosts that run the wanted digest already, and well
 * @param unreachable hosts that could not be reached, and are within the limit
 * @param present hosts that have the image already, by host id
 * @param serving what runs on each host now, by host id
 * @param env names of env variables that change, null where hosts did not say
 * @param release the command that runs once before the first batch; null where there is none
 * @param source the source that the live and the new image were built from; null where no host
 *     knows
 * @param hold what it has to do with a held release; null where nothing
 * @param estimate how long the batches may take, null where no host knows a deploy of this app
 */
public record RolloutPlan(
    App app,
    boolean restart,
    Release wanted,
    ImageRef.@Nullable Digest digest,
    List<Batch> batches,
    List<Host> skipped,
    List<HostOutcome.Unreachable> unreachable,
    Set<String> present,
    Map<String, Release> serving,
    @Nullable EnvChange env,
    RolloutSettings settings,
    int maxFailures,
    int maxUnreachable,
    @Nullable ReleaseCommand release,
    @Nullable SourceChange source,
    @Nullable HoldPlan hold,
    @Nullable Duration estimate,
    List<String> warnings) {
  public RolloutPlan {
    batches = List.copyOf(batches);
    skipped = List.copyOf(skipped);
    unreachable = List.copyOf(unreachable);
    present = Set.copyOf(present);
    serving = Map.copyOf(serving);
    warnings = List.copyOf(warnings);
  }

  /** The plan of a deploy. */
  public RolloutPlan(
      App app,
      Release wanted,
      ImageRef.@Nullable Digest digest,
      List<Batch> batches,
      List<Host> skipped,
      List<HostOutcome.Unreachable> unreachable,
      Map<String, Release> serving,
      @Nullable EnvChange env,
      RolloutSettings settings,
      int maxFailures,
      int maxUnreachable,
      @Nullable Duration estimate,
      List<String> warnings) {
    this(
        app,
        false,
        wanted,
        digest,
        batches,
        skipped,
        unreachable,
        Set.of(),
        serving,
        env,
        settings,
        maxFailures,
        maxUnreachable,
        null,
        null,
        null,
        estimate,
        warnings);
  }

  /** Returns the same plan with a release command. */
  public RolloutPlan with(@Nullable ReleaseCommand command, List<String> moreWarnings) {
    return new RolloutPlan(
        app,
        restart,
        wanted,
        digest,
        batches,
        skipped,
        unreachable,
        present,
        serving,
        env,
        settings,
        maxFailures,
        maxUnreachable,
        command,
        source,
        hold,
        estimate,
        Stream.concat(warnings.stream(), moreWarnings.stream()).toList());
  }

  /** Hosts that are changed together. */
  public record Batch(List<Host> hosts, boolean canary) {
    public Batch {
      hosts = List.copyOf(hosts);
    }
  }

  /** Every host that is to be changed, in order. */
  public List<Host> hosts() {
    return batches.stream().flatMap(batch -> batch.hosts().stream()).toList();
  }

  /**
   * Returns the hosts that the rollout changes if all goes well: only the first batch in a hold.
   */
  public List<Host> begun() {
    return hold instanceof HoldPlan.Start && !batches.isEmpty()
        ? batches.getFirst().hosts()
        : hosts();
  }

  /** All hosts that the query found. */
  public int total() {
    return hosts().size() + skipped.size() + unreachable.size();
  }
}
