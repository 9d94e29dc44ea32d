package dev.deployctl.cli.env;

import dev.deployctl.cli.options.ConfigOptions;
import dev.deployctl.cli.options.ConfirmOptions;
import dev.deployctl.cli.options.Converters;
import dev.deployctl.cli.options.HostOptions;
import dev.deployctl.cli.options.JsonOptions;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.config.DeployConfig;
import dev.deployctl.environment.EnvEdit;
import dev.deployctl.fleet.EnvCommands;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.ThreadTimeline;
import dev.deployctl.model.App;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.ExitCodes;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.VariableName;
import dev.deployctl.output.json.JsonReport;
import dev.deployctl.output.tables.EnvAnswers;
import dev.deployctl.output.tables.EnvTable;
import dev.deployctl.output.terminal.Console;
import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
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
public final class EnvCommand implements Callable<Integer> {
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

  /** The hosts of the app and the calls to them. */
  private record Fleet(List<Host> hosts, FleetCall call, int parallelism) {}

  private final Services services;
  private final Console console;

  @Mixin final ConfigOptions configuration = new ConfigOptions();
  @Mixin final HostOptions selection = new HostOptions();
  @Mixin final JsonOptions output = new JsonOptions();
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

  public EnvCommand(Services services) {
    this.services = services;
    this.console = services.console();
    this.spec = CommandSpec.create();
  }

  @Override
  public Integer call() throws InterruptedException {
    VariableName variable = checked();
    DeployConfig config = configuration.load(services);
    List<Host> hosts =
        selection.resolve(config, app, services.fleets().inventory(config.inventory()), console);
    try (HostAgent agent = services.fleets().agent(configuration.ssh(config))) {
      Fleet fleet =
          new Fleet(
              hosts,
              new FleetCall(agent, new ThreadTimeline(), this::note),
              config.app(app).rollout().parallelism());
      if (variable == null) {
        return list(fleet);
      }
      Ended ended = edit(fleet, variable);
      if (!ended.changed()) {
        return ended.exit();
      }
    }
    return afterwards();
  }

  /** Returns the variable to change, null for a list; refuses arguments that do not go together. */
  private @Nullable VariableName checked() {
    if (action == Action.LIST && (name != null || restart)) {
      throw new DeployException(
          FailureKind.USAGE,
          "env list takes neither NAME nor --restart",
          "deployctl env list " + app);
    }
    if (action != Action.LIST && name == null) {
      throw new DeployException(
          FailureKind.USAGE,
          "env " + Converters.word(action) + " needs the name of a variable",
          "deployctl env " + Converters.word(action) + " " + app + " NAME");
    }
    return name;
  }

  /** Prints a sentence for people on standard error; nothing where the output is JSON. */
  private void note(String sentence) {
    if (!output.json) {
      console.err().println(sentence);
      console.err().flush();
    }
  }

  private int list(Fleet fleet) throws InterruptedException {
    List<HostResult> answers =
        fleet.call().ask(fleet.hosts(), EnvCommands.list(app), fleet.parallelism());
    if (output.json) {
      new JsonReport(console.out(), Clock.systemUTC()).env(answers);
    } else {
      new EnvTable(console.out(), console.terminal()).print(app, answers);
    }
    return code(answers);
  }

  /** The end of a change: whether every writer has made it and anything changed. */
  private record Ended(int exit, boolean changed) {
    static Ended refused(int exit) {
      return new Ended(exit, false);
    }
  }

  private Ended edit(Fleet fleet, VariableName variable) throws InterruptedException {
    EnvAnswers report = new EnvAnswers(console.out(), console.terminal(), output.json);
    EnvEdit edit = new EnvEdit(fleet.call(), app, variable, fleet.parallelism());
    EnvEdit.Plan plan = edit.plan(fleet.hosts());
    if (!plan.obstacles().isEmpty()) {
      report.refused(variable, plan.obstacles(), fleet.hosts());
      return Ended.refused(code(plan.obstacles()));
    }
    byte[] value =
        action == Action.SET ? new SecretValue(services, console).read(app, variable) : null;
    List<HostResult> checked = edit.check(plan, value);
    if (code(checked) != ExitCodes.OK) {
      report.refused(variable, checked, fleet.hosts());
      return Ended.refused(code(checked));
    }
    List<HostResult> answers = edit.write(plan, value);
    report.print(variable, answers, plan.absent());
    int exit = code(answers);
    return new Ended(exit, exit == ExitCodes.OK && !report.changedNothing(answers));
  }

  /** Returns the exit code of the gravest answer. */
  private static int code(List<HostResult> answers) {
    if (answers.stream().anyMatch(HostResult.Unreachable.class::isInstance)) {
      return ExitCodes.UNREACHABLE;
    }
    return answers.stream().allMatch(HostResult.Answered.class::isInstance)
        ? ExitCodes.OK
        : ExitCodes.FAILED;
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
      return line.run();
    }
    return ExitCodes.OK;
  }

  private boolean agrees() {
    console.out().print("Restart " + app + " now? [y/N] ");
    console.out().flush();
    return ConfirmOptions.isYes(console.answers().get());
  }
}
