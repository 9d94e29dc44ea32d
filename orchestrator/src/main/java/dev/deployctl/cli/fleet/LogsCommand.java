package dev.deployctl.cli.fleet;

import dev.deployctl.cli.options.Count;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.fleet.FleetLogs;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.ProcessName;
import dev.deployctl.model.ReleaseId;
import dev.deployctl.output.tables.FleetAnswers;
import dev.deployctl.output.tables.LogLines;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the output of an app from all its hosts. */
@Command(
    name = "logs",
    description = "Show the output of an app on its hosts, merged in order of time.")
public final class LogsCommand extends FleetCommand {
  private static final Duration LONGEST = Duration.ofSeconds(999_999);

  @Option(
      names = "--process",
      paramLabel = "NAME",
      description = "Show this process, or web for the web part (default: all).")
  @Nullable ProcessName process;

  @Option(
      names = "--release",
      paramLabel = "ID",
      description = "Show this release (default: the live one).")
  @Nullable ReleaseId release;

  @Option(
      names = {"-n", "--tail"},
      paramLabel = "N",
      description = "Show the last N lines of each instance (default: 100).")
  @Nullable Count tail;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Show lines no older than 30s, 10m, 2h.")
  @Nullable Duration since;

  @Option(
      names = {"-f", "--follow"},
      description = "Follow new lines, until Ctrl-C.")
  boolean follow;

  public LogsCommand(Services services) {
    super(services);
  }

  @Override
  protected int act(Fleet fleet) throws InterruptedException {
    if (since != null && since.compareTo(LONGEST) > 0) {
      throw new DeployException(
          FailureKind.USAGE, "--since goes back eleven days at most", "leave it out for all lines");
    }
    FleetLogs logs = new FleetLogs(fleet.agent(), fleet.timeline(), this::note);
    FleetLogs.Question question =
        new FleetLogs.Question(app, process, release, tail == null ? null : tail.value(), since);
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
        lines.note(console.err(), host, reason + "; reconnecting");
      }
    };
  }
}
