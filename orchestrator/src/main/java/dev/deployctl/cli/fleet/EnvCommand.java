package dev.deployctl.cli.fleet;

import dev.deployctl.cli.options.ConfirmOptions;
import dev.deployctl.cli.options.Converters;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.fleet.EnvEdit;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.command.EnvCommands;
import dev.deployctl.model.App;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.ExitCodes;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.VariableName;
import dev.deployctl.output.json.JsonReport;
import dev.deployctl.output.tables.EnvAnswers;
import dev.deployctl.output.tables.EnvTable;
import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the environment of an app, and changes it at its source. */
@Command(
    name = "env",
    description =
        "List the names in the environment of an app (list), set a variable (set), or remove one"
            + " (unset), at its source: env files on all hosts, or etcd. A value is asked for, or"
            + " read from standard input, and never shown. The live release keeps its environment"
            + " until it is restarted.")
public final class EnvCommand extends AppHostsCommand {
  /** The operation on the environment. */
  public enum Action {
    LIST,
    SET,
    UNSET
  }

  /** The values for the shell's completion. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("list", "set", "unset").iterator();
    }
  }

  private final ToIntFunction<String[]> program;

  @Mixin final ConfirmOptions confirmation = new ConfirmOptions();

  @Option(
      names = "--restart",
      description = "Restart the app after the change, so that its hosts use the new value.")
  boolean restart;

  @Parameters(
      index = "0",
      paramLabel = "list|set|unset",
      completionCandidates = Names.class,
      description = "List names, set a variable, or remove one.")
  Action action;

  @Parameters(index = "1", paramLabel = "APP", description = "The app.")
  App app;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "NAME",
      description = "The variable to set or to remove.")
  @Nullable VariableName name;

  @Spec CommandSpec spec;

  /**
   * @param program runs another command of this program, and returns its exit code
   */
  public EnvCommand(Services services, ToIntFunction<String[]> program) {
    super(services);
    this.program = program;
    this.spec = CommandSpec.create();
  }

  @Override
  protected App app() {
    VariableName variable = name;
    if (action == Action.LIST && (variable != null || restart)) {
      throw new DeployException(
          FailureKind.USAGE,
          "env list takes neither NAME nor --restart",
          "deployctl env list " + app);
    }
    if (action != Action.LIST && variable == null) {
      throw new DeployException(
          FailureKind.USAGE,
          "env " + Converters.word(action) + " needs the name of a variable",
          "deployctl env " + Converters.word(action) + " " + app + " NAME");
    }
    return app;
  }

  @Override
  protected int act(Fleet fleet) throws InterruptedException {
    FleetCall call = new FleetCall(fleet.agent(), fleet.timeline(), this::note);
    VariableName variable = name;
    return variable == null ? list(call, fleet) : edit(call, fleet, variable);
  }

  private int list(FleetCall call, Fleet fleet) throws InterruptedException {
    List<HostResult> answers = call.ask(fleet.hosts(), EnvCommands.list(app), fleet.parallelism());
    if (output.json) {
      new JsonReport(console.out(), Clock.systemUTC()).env(answers);
    } else {
      new EnvTable(console.out(), console.terminal()).print(app, answers);
    }
    return exitCode(answers);
  }

  private int edit(FleetCall call, Fleet fleet, VariableName variable) throws InterruptedException {
    EnvAnswers report = new EnvAnswers(console.out(), console.terminal(), output.json);
    EnvEdit edit = new EnvEdit(call, app, variable, fleet.parallelism());
    EnvEdit.Plan plan = edit.plan(fleet.hosts());
    if (!plan.obstacles().isEmpty()) {
      return report.refused(variable, plan.obstacles(), fleet.hosts(), code(plan.obstacles()));
    }
    byte[] value =
        action == Action.SET ? new SecretValue(services, console).read(app, variable) : null;
    List<HostResult> checked = edit.check(plan, value);
    if (code(checked) != ExitCodes.OK) {
      return report.refused(variable, checked, fleet.hosts(), code(checked));
    }
    List<HostResult> answers = edit.write(plan, value);
    report.print(variable, answers, plan.absent());
    int exit = code(answers);
    return exit != ExitCodes.OK || report.changedNothing(answers) ? exit : afterwards();
  }

  /** Returns the exit code. A change by somebody else is a failure, as no lock is involved. */
  private static int code(List<HostResult> answers) {
    int code = exitCode(answers);
    return code == FailureKind.LOCKED.exitCode() ? ExitCodes.FAILED : code;
  }

  /** Restarts the app, or says that it has to be. A person is asked. */
  private int afterwards() {
    RestartLine line = new RestartLine(spec, app);
    boolean asks = !restart && confirmation.asks(services, output);
    if (!output.json && !restart) {
      console.out().println("The live release keeps its environment until: " + line.text());
      console.out().flush();
    }
    if (restart || (asks && agrees())) {
      return line.run(program);
    }
    return ExitCodes.OK;
  }

  private boolean agrees() {
    console.out().print("Restart " + app + " now? [y/N] ");
    console.out().flush();
    return ConfirmOptions.isYes(console.answers().get());
  }
}
