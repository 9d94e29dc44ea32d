package dev.deployctl.apply;

import dev.deployctl.event.ApplyEvents.ApplyFinished;
import dev.deployctl.event.HostError;
import dev.deployctl.event.HostErrorKind;
import dev.deployctl.event.HostValues.Applied;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.command.ApplyCommands;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.Host;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Brings sets of files to hosts in two passes: all hosts check their set, and only then they
 * replace their files. A host replaces all of its files or none.
 */
public final class Apply {
  private final FleetCall call;
  private final int parallelism;
  private final String by;
  private final Origin origin;

  /**
   * @param by who applies the files, as hosts record it
   */
  public Apply(FleetCall call, int parallelism, String by, Origin origin) {
    this.call = call;
    this.parallelism = parallelism;
    this.by = by;
    this.origin = origin;
  }

  /**
   * The answer of a host to the check.
   *
   * @param finished null where the host was unreachable, or refused its set
   */
  public record Checked(HostSet set, HostResult result, @Nullable ApplyFinished finished) {
    /** Returns whether the host may be changed. */
    public boolean isAccepted() {
      return finished != null;
    }

    /** Returns whether files of the host differ from its set. */
    public boolean changes() {
      return finished != null && finished.changed() > 0;
    }
  }

  /** Asks every host what would change. Changes nothing. */
  public List<Checked> check(List<HostSet> sets) throws InterruptedException {
    Map<Host, HostSet> byHost = byHost(sets);
    List<HostResult> results = ask(byHost, set -> ApplyCommands.check(by, set.tar(origin)));
    return results.stream()
        .map(
            result ->
                new Checked(
                    Objects.requireNonNull(byHost.get(result.host())),
                    explained(result),
                    finished(result)))
        .toList();
  }

  /**
   * Returns whether there is anything to apply: a file differs, or a host has recorded another
   * commit.
   */
  public boolean isNeeded(List<Checked> checked) {
    return checked.stream()
        .filter(Checked::isAccepted)
        .anyMatch(host -> host.changes() || !isRecorded(host));
  }

  private boolean isRecorded(Checked host) {
    Applied before = host.finished() == null ? null : host.finished().before();
    return before != null && origin.isRecordedAs(before.commit(), before.dirty());
  }

  /**
   * Replaces the files of the hosts that accepted their set. A host whose files were changed since
   * the check refuses.
   */
  public List<HostResult> apply(List<Checked> checked) throws InterruptedException {
    Map<Host, ApplyFinished> accepted = new LinkedHashMap<>();
    Map<Host, HostSet> byHost = new LinkedHashMap<>();
    for (Checked host : checked) {
      if (host.finished() != null) {
        byHost.put(host.set().host(), host.set());
        accepted.put(host.set().host(), host.finished());
      }
    }
    return ask(
            byHost,
            set ->
                ApplyCommands.apply(
                    by, Objects.requireNonNull(accepted.get(set.host())).base(), set.tar(origin)))
        .stream()
        .map(Apply::explained)
        .toList();
  }

  private List<HostResult> ask(Map<Host, HostSet> sets, Function<HostSet, HostCommand> command)
      throws InterruptedException {
    return call.ask(
        List.copyOf(sets.keySet()),
        host -> command.apply(Objects.requireNonNull(sets.get(host))),
        parallelism);
  }

  private static Map<Host, HostSet> byHost(List<HostSet> sets) {
    Map<Host, HostSet> byHost = new LinkedHashMap<>();
    sets.forEach(set -> byHost.put(set.host(), set));
    return byHost;
  }

  private static @Nullable ApplyFinished finished(HostResult result) {
    return result instanceof HostResult.Answered answered
        ? answered.events(ApplyFinished.class).getLast()
        : null;
  }

  /** Adds what to do to the answer of a host script that does not know the verb. */
  private static HostResult explained(HostResult result) {
    if (result instanceof HostResult.Refused refused
        && refused.exit() == HostErrorKind.USAGE.exitCode()) {
      HostError error =
          HostErrorKind.USAGE.error(
              refused.error().message(),
              refused.error().state(),
              "its deployctl-host may be older than apply: deployctl bootstrap "
                  + refused.host().name());
      return new HostResult.Refused(refused.host(), refused.exit(), error, refused.events());
    }
    return result;
  }
}
