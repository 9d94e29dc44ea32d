package dev.deployctl.cli;

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

/** A command in a container of its own, such as a migration. */
@Command(
    name = "run",
    description =
        "Runs a command of the app in a container of its own, such as a migration, on one host:"
            + " the first, or the one that --hosts names. Its exit code is this command's.")
final class RunCommand extends FleetCommand {
  @Option(names = "--each", description = "On each host, one after another, until one fails.")
  boolean each;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "WORD",
      description = "The command; put -- before it. Hosts run only what their definition allows.")
  List<String> words;

  RunCommand(Services services, Console console) {
    super(services, console);
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
    // Ctrl-C leaves the command alone, and says where it goes on. A second one leaves at once.
    try (Services.InterruptWatch _ =
        services.watchInterrupts(interruption, Thread.currentThread()::interrupt)) {
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
      // One that came too late to interrupt a command is nothing to the code that closes.
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
