package dev.deployctl.cli;

import dev.deployctl.cli.options.ChangeOptions;
import dev.deployctl.cli.options.ConfigOptions;
import dev.deployctl.cli.options.HostOptions;
import dev.deployctl.cli.options.OutputOptions;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.cli.ports.Workstation;
import dev.deployctl.config.DeployConfig;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostList;
import dev.deployctl.fleet.Interruption;
import dev.deployctl.fleet.Inventory;
import dev.deployctl.hooks.RolloutHooks;
import dev.deployctl.model.App;
import dev.deployctl.model.ExitCodes;
import dev.deployctl.notify.Notifier;
import dev.deployctl.output.RolloutView;
import dev.deployctl.output.page.Recording;
import dev.deployctl.output.report.Invocation;
import dev.deployctl.output.terminal.Console;
import dev.deployctl.rollout.outcome.EventSink;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** A command that changes an app's hosts: it plans, asks, runs hooks, changes, and reports. */
abstract class ChangeCommand implements Callable<Integer> {
  private final String name;
  private final Services services;
  private final Console console;
  private final Recording recording = new Recording(Clock.systemUTC());

  @ParentCommand @Nullable Deployctl program;

  @Mixin final ConfigOptions configuration = new ConfigOptions();
  @Mixin final HostOptions selection = new HostOptions();
  @Mixin final OutputOptions output = new OutputOptions();

  @Parameters(index = "0", paramLabel = "APP", description = "The app.")
  App app;

  /**
   * @param name what locks, hooks and webhooks call the command
   */
  ChangeCommand(String name, Services services) {
    this.name = name;
    this.services = services;
    this.console = services.console();
  }

  /** Returns how to confirm, lock and report the change; for a plan, a dry run. */
  abstract ChangeOptions options();

  /** Returns the options that this command needs when it is repeated after a failure. */
  List<String> again() {
    return List.of();
  }

  /** Asks the hosts without changing any of them, and plans the change. */
  abstract Change.Prepared prepare(Change.Target target) throws InterruptedException;

  final String name() {
    return name;
  }

  final Services services() {
    return services;
  }

  /** Returns the reason that others see while this command holds their app's lock. */
  final String lockReason() {
    return Locks.reasonOf(name, services);
  }

  @Override
  public final Integer call() throws InterruptedException {
    options().report.check();
    DeployConfig config = configuration.load(services);
    Inventory inventory = services.fleets().inventory(config.inventory());
    HostList hosts = selection.find(config, app, inventory, console);
    Interruption interruption = new Interruption();
    try (RolloutView view = new RolloutView(console, form(), invocation(config));
        HostAgent agent = services.fleets().agent(configuration.ssh(config));
        Workstation.InterruptWatch _ =
            services.workstation().watchInterrupts(interruption, () -> view.interrupted(app))) {
      Interrupts interrupts = new Interrupts(interruption, console);
      Notifier notifier = notifier(config);
      // The same inventory: it asks EC2 again, but nobody for a second MFA code.
      Change.Target target =
          new Change.Target(
              config,
              hosts,
              selection.again(config, app, inventory),
              agent,
              notifier.beside(recorded(view.sink())),
              interruption,
              (question, limit) -> {
                view.ask(question + " [y/n] ");
                try {
                  return interrupts.line(limit);
                } finally {
                  view.answered();
                }
              });
      console.status().asking(hosts.hosts());
      return switch (interrupts.beforeChanges(() -> prepare(target))) {
        case Change.Prepared.Refused refused -> end(refused.outcome(), config, view);
        case Change.Prepared.Planned planned ->
            act(planned.change(), config, view, interrupts, notifier);
      };
    }
  }

  private RolloutView.Form form() {
    if (output.json) {
      return RolloutView.Form.JSON;
    }
    if (output.quiet) {
      return RolloutView.Form.QUIET;
    }
    return program != null && program.verbose
        ? RolloutView.Form.ALL_STEPS
        : RolloutView.Form.CHANGES;
  }

  private Notifier notifier(DeployConfig config) {
    return new Notifier(
        config.notifications(), name, app, config.environment(), services.workstation().identity());
  }

  private int act(
      Change change,
      DeployConfig config,
      RolloutView view,
      Interrupts interrupts,
      Notifier notifier)
      throws InterruptedException {
    ChangeOptions options = options();
    boolean asks = options.confirmation.asks(services, output);
    if (options.dryRun || output.showsPlan() || asks) {
      change.show(view);
    }
    if (options.dryRun) {
      return ExitCodes.OK;
    }
    if (!change.isEmpty() && !options.confirmation.agreed(services, output, interrupts::answer)) {
      console.out().println("Nothing was touched.");
      return ExitCodes.NOTHING_TO_DO;
    }
    RolloutHooks hooks =
        new RolloutHooks(name, config.hooks(), config.notifications(), console.err());
    interrupts.stepBeforeChanges(() -> change.runHooksBefore(hooks));
    view.begin();
    if (!change.isEmpty()) {
      notifier.begin();
    }
    RolloutOutcome outcome = change.run();
    int exit = end(outcome, config, view);
    return interrupts.afterChanges(
        name,
        exit,
        () -> {
          notifier.end(outcome).forEach(hooks::warn);
          hooks.after(outcome);
        });
  }

  private int end(RolloutOutcome outcome, DeployConfig config, RolloutView view) {
    view.end(outcome);
    Path file = options().report.file;
    return new Reports(services.workstation(), console, config.environment())
        .write(
            name,
            outcome,
            file == null ? null : new Reports.Page(file, recording, invocation(config)));
  }

  private Invocation invocation(DeployConfig config) {
    return new Invocation(name, config.environment(), selection.words(), again());
  }

  /** Returns a sink that also records the events, where a report is wanted. */
  private EventSink recorded(EventSink sink) {
    if (options().report.file == null) {
      return sink;
    }
    return event -> {
      recording.tell(event);
      sink.tell(event);
    };
  }
}
