package dev.deployctl.cli.fleet;

import dev.deployctl.cli.options.HostOptions;
import dev.deployctl.config.DeployConfig;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.FleetLogs;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.Inventory;
import dev.deployctl.fleet.ThreadTimeline;
import dev.deployctl.fleet.Timeline;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.fleet.command.InspectionCommands;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.overview.AppsOverview;
import dev.deployctl.ui.FleetFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Asks the hosts for the pages of {@code ui}, with the calls of {@code status} and the others. */
final class HostsAsked implements FleetFacts {
  private static final int CHANGES = 15;
  private static final int LINES = 200;
  private static final Duration TRAFFIC = Duration.ofHours(1);

  private final DeployConfig config;
  private final Inventory inventory;
  private final HostOptions selection;
  private final HostAgent agent;
  private final Timeline timeline = new ThreadTimeline();

  HostsAsked(DeployConfig config, Inventory inventory, HostOptions selection, HostAgent agent) {
    this.config = config;
    this.inventory = inventory;
    this.selection = selection;
    this.agent = agent;
  }

  @Override
  public List<String> apps() {
    return config.apps().values().stream().map(app -> app.app().name()).toList();
  }

  @Override
  public AppsOverview overview() throws InterruptedException {
    AppMembers members = members();
    List<HostResult> answers = new ArrayList<>(members.withoutAddress());
    answers.addAll(ask(members.hosts(), HostCommand.status()));
    return AppsOverview.of(members.byApp(), answers);
  }

  @Override
  public AppAnswers app(String name) throws InterruptedException {
    App app = new App(name);
    List<Host> hosts = hosts(name);
    return new AppAnswers(
        ask(hosts, HostCommand.status(app)),
        ask(hosts, HostCommand.history(app, CHANGES)),
        ask(hosts, HostCommand.schedules(app)),
        ask(hosts, InspectionCommands.traffic(app, TRAFFIC)));
  }

  @Override
  public FleetLogs.Collected logs(String name) throws InterruptedException {
    FleetLogs.Question question =
        new FleetLogs.Question(new App(name), null, null, LINES, null, null);
    return new FleetLogs(agent, timeline, note -> {})
        .collect(hosts(name), question, config.rollout().parallelism());
  }

  /** Looks into the inventory each time: hosts come and go while the page is open. */
  private AppMembers members() {
    return AppMembers.of(config, inventory, selection);
  }

  private List<Host> hosts(String app) {
    AppMembers members = members();
    return members.byApp().getOrDefault(app, List.of()).stream()
        .filter(members.hosts()::contains)
        .toList();
  }

  private List<HostResult> ask(List<Host> hosts, HostCommand command) throws InterruptedException {
    return new FleetCall(agent, timeline, note -> {})
        .ask(hosts, command, config.rollout().parallelism());
  }
}
