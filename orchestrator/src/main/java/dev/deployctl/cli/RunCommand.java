package dev.deployctl.cli;

import dev.deployctl.cli.ports.Services;
import dev.deployctl.cli.ports.Workstation;
import dev.deployctl.event.AnswerEvents;
import dev.deployctl.fleet.FleetLogs;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.Interruption;
import dev.deployctl.fleet.OneOff;
import dev.deployctl.model.CommandLine;
import dev.deployctl.model.Host;
import dev.deployctl.output.tables.FleetAnswers;
import dev.deployctl.output.tables.LogLines;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a one-off command in its own container, such as a migration. */
@Command(
    name = "run",
    description =
        "Run a command of the app in its own container, such as a migration, on one host: the"
            + " first, or the one that --hosts names. Ends with the command's exit code.")
final class RunCommand extends FleetCommand {
  @Option(names = "--each", description = "Run on each host, one after another, until one fails.")
  boolean each;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "ARGUMENT",
      description = "The command; put -- before it. Hosts run only what their definition allows.")
  List<String> words;

  RunCommand(Services services) {
    super(services);
  }

  @Override
  int act(Fleet fleet) throws InterruptedException {
    CommandLine line = new CommandLine(words);
    List<Host> hosts = each ? fleet.hosts() : fleet.hosts().subList(0, 1);
    LogLines lines = new LogLines(console.out(), console.terminal(), output.json, hosts);
    OneOff oneOff =
        new OneOff(
            fleet.agent(),
            fleet.timeline(),
            app,
            line,
            host -> lines.look(app, configuration.environment, host));
    Interruption interruption = new Interruption();
    // Ctrl-C lets the command go on, and says where. A second one leaves at once.
    try (Workstation.InterruptWatch _ =
        services.workstation().watchInterrupts(interruption, Thread.currentThread()::interrupt)) {
      for (Host host : hosts) {
        OneOff.End end = oneOff.run(host, listener(lines, host));
        console.out().flush();
        if (end.answer() instanceof HostResult.Answered && end.code() == 0) {
          continue;
        }
        List<HostResult> answers = List.of(end.answer());
        new FleetAnswers(console.err(), console.errors(), false).problems(answers);
        return end.code() != 0 ? end.code() : exitCode(answers);
      }
      return ExitCodes.OK;
    } finally {
      // An interrupt that came too late must not reach the code that closes connections.
      boolean _ = Thread.interrupted();
    }
  }

  private OneOff.Listener listener(LogLines lines, Host host) {
    return new OneOff.Listener() {
      @Override
      public void line(AnswerEvents.LogLine line) {
        lines.print(new FleetLogs.Line(host, line));
      }

      @Override
      public void note(String text) {
        lines.note(console.err(), host, text);
      }

      @Override
      public void waiting(String text) {
        RunCommand.this.note(text);
      }
    };
  }
}
