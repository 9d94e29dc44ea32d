package dev.deployctl.cli.fleet;

import dev.deployctl.cli.ports.Services;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.command.InspectionCommands;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.output.json.JsonReport;
import dev.deployctl.output.tables.TimelineTable;
import dev.deployctl.overview.FleetTimeline;
import dev.deployctl.overview.Moment;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what happened to an app around a moment. */
@Command(
    name = "why",
    description =
        "Show what happened to an app around a moment, on all hosts: deploys, changes of the"
            + " environment, containers that ended, lack of memory, locks, 5xx answers.")
public final class WhyCommand extends FleetCommand {
  private static final Duration WIDEST = Duration.ofHours(12);

  @Option(
      names = "--at",
      paramLabel = "TIME",
      defaultValue = "now",
      description =
          "Look at this time: 03:12, 'yesterday 03:12', 2026-11-30T03:12Z (default: now). Without"
              + " a zone it is a time of this machine's zone.")
  String at;

  @Option(
      names = "--around",
      paramLabel = "TIME",
      defaultValue = "10m",
      description = "Look so long before and after (default: ${DEFAULT-VALUE}).")
  Duration around;

  public WhyCommand(Services services) {
    super(services);
  }

  @Override
  protected int act(Fleet fleet) throws InterruptedException {
    Instant now = Instant.now();
    Moment moment = Moment.parse(at, now, ZoneId.systemDefault());
    if (around.isZero() || around.compareTo(WIDEST) > 0) {
      throw new DeployException(
          FailureKind.USAGE, "--around takes more than 0 and at most 12h", null);
    }
    Duration since = Duration.between(moment.at().minus(around), now);
    Duration until = Duration.between(moment.at().plus(around), now);
    LookBack.check("--at", since);
    List<HostResult> answers =
        new FleetCall(fleet.agent(), fleet.timeline(), this::note)
            .ask(
                fleet.hosts(),
                InspectionCommands.timeline(app, since, until.isNegative() ? Duration.ZERO : until),
                fleet.parallelism());
    FleetTimeline timeline = FleetTimeline.of(answers);
    if (output.json) {
      new JsonReport(console.out(), Clock.systemUTC()).timeline(timeline);
    } else {
      new TimelineTable(console.out(), console.terminal(), moment)
          .print(app, around, until.isNegative(), timeline);
    }
    return exitCode(answers);
  }
}
