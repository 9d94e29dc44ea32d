package dev.deployctl.cli.fleet;

import dev.deployctl.cli.options.Count;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.fleet.FleetLogs;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.command.SearchText;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.ProcessName;
import dev.deployctl.model.ReleaseId;
import dev.deployctl.output.tables.FleetAnswers;
import dev.deployctl.output.tables.LogLines;
import dev.deployctl.output.terminal.Printable;
import dev.deployctl.output.terminal.Wording;
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
      names = "--grep",
      paramLabel = "TEXT",
      description = "Show lines with this text; with --tail, the last N of these.")
  @Nullable SearchText grep;

  @Option(names = "--ignore-case", description = "With --grep: let A match a.")
  boolean ignoreCase;

  @Option(
      names = {"-f", "--follow"},
      description = "Follow new lines, until Ctrl-C.")
  boolean follow;

  public LogsCommand(Services services) {
    super(services);
  }

  @Override
  protected int act(Fleet fleet) throws InterruptedException {
    if (since != null) {
      LookBack.check("--since", since);
    }
    if (ignoreCase && grep == null) {
      throw new DeployException(FailureKind.USAGE, "--ignore-case goes with --grep", null);
    }
    FleetLogs logs = new FleetLogs(fleet.agent(), fleet.timeline(), this::note);
    FleetLogs.Question question =
        new FleetLogs.Question(
            app,
            process,
            release,
            tail == null ? null : tail.value(),
            since,
            grep == null ? null : new FleetLogs.Filter(grep, ignoreCase));
    LogLines lines = new LogLines(console.out(), console.terminal(), output.json, fleet.hosts());
    List<HostResult> answers;
    if (follow) {
      answers = logs.follow(fleet.hosts(), question, follower(lines));
    } else {
      FleetLogs.Collected collected = logs.collect(fleet.hosts(), question, fleet.parallelism());
      collected.lines().forEach(lines::print);
      answers = collected.answers();
      if (grep != null && collected.lines().isEmpty()) {
        nothingFound(answers, fleet);
      }
    }
    new FleetAnswers(console.err(), console.errors(), false).problems(answers);
    return exitCode(answers);
  }

  /** Says that lines were searched: no output may also mean that nobody looked. */
  private void nothingFound(List<HostResult> answers, Fleet fleet) {
    long searched = answers.stream().filter(HostResult.Answered.class::isInstance).count();
    note(
        "no line with "
            + "\""
            + Printable.text(String.valueOf(grep))
            + "\""
            + " on "
            + searched
            + " of "
            + Wording.count(fleet.hosts().size(), "host")
            + (release == null ? ", in the log of the live release" : ""));
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
