package dev.deployctl.cli;

import dev.deployctl.fleet.FleetLogs;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.ReleaseId;
import dev.deployctl.output.tables.FleetAnswers;
import dev.deployctl.output.tables.LogLines;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What an app prints, from all its hosts. */
@Command(
    name = "logs",
    description = "Shows what an app prints on its hosts, merged in the order of time.")
final class LogsCommand extends FleetCommand {
  private static final Duration LONGEST = Duration.ofSeconds(999_999);

  @Option(
      names = "--release",
      paramLabel = "ID",
      description = "Of this release (default: the one that serves).")
  @Nullable ReleaseId release;

  @Option(
      names = {"-n", "--tail"},
      paramLabel = "N",
      description = "The last N lines of each instance (default: 100).")
  @Nullable Count tail;

  @Option(names = "--since", paramLabel = "TIME", description = "No older than 30s, 10m, 2h.")
  @Nullable Duration since;

  @Option(
      names = {"-f", "--follow"},
      description = "Goes on with new lines, until Ctrl-C.")
  boolean follow;

  LogsCommand(Services services, Console console) {
    super(services, console);
  }

  @Override
  int act(Fleet fleet) throws InterruptedException {
    if (since != null && since.compareTo(LONGEST) > 0) {
      throw new DeployException(
          FailureKind.USAGE, "--since reaches back eleven days at most", "leave it out for all");
    }
    FleetLogs logs = new FleetLogs(fleet.agent(), fleet.timeline(), this::note);
    FleetLogs.Question question =
        new FleetLogs.Question(app, release, tail == null ? null : tail.value(), since);
    LogLines lines = new LogLines(console.out(), console.terminal(), output.json, fleet.hosts());
    List<HostResult> answers;
    if (follow) {
      answers = logs.follow(fleet.hosts(), question, follower(lines));
    } else {
      FleetLogs.Collected collected = logs.collect(fleet.hosts(), question, fleet.parallelism());
      collected.lines().forEach(lines::print);
      answers = collected.answers();
    }
    new FleetAnswers(console.err(), console.errors(), false).problems(answers);
    return exitCode(answers);
  }

  private FleetLogs.Follower follower(LogLines lines) {
    return new FleetLogs.Follower() {
      @Override
      public void line(FleetLogs.Line line) {
        lines.print(line);
      }

      @Override
      public void lost(Host host, String reason) {
        lines.note(console.err(), host, reason + "; connecting again");
      }
    };
  }
}
