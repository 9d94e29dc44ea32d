package dev.deployctl.cli.setup;

import dev.deployctl.cli.options.ConfigOptions;
import dev.deployctl.cli.options.HostOptions;
import dev.deployctl.cli.options.JsonOptions;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.cli.ports.SshInspector;
import dev.deployctl.config.DeployConfig;
import dev.deployctl.config.SshSettings;
import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostError;
import dev.deployctl.event.HostEvent;
import dev.deployctl.event.Protocol;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostList;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.Inventory;
import dev.deployctl.fleet.ThreadTimeline;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.App;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.InventorySettings;
import dev.deployctl.model.ProblemsException;
import dev.deployctl.output.tables.Findings;
import dev.deployctl.output.terminal.Console;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Checks that the workstation and the hosts are ready. */
@Command(
    name = "doctor",
    description =
        "Check this workstation, and with APP its hosts. Show what is wrong, and how to fix it."
            + " Changes nothing.")
public final class DoctorCommand implements Callable<Integer> {
  private final Services services;
  private final Console console;

  @Mixin final ConfigOptions configuration = new ConfigOptions();
  @Mixin final HostOptions selection = new HostOptions();
  @Mixin final JsonOptions output = new JsonOptions();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "APP",
      description = "Check the hosts of this app, too.")
  @Nullable App app;

  public DoctorCommand(Services services) {
    this.services = services;
    this.console = services.console();
  }

  @Override
  public Integer call() throws InterruptedException {
    Findings findings = new Findings(console.out(), console.terminal(), output.json);
    DeployConfig config = config(findings);
    if (config == null) {
      return findings.end();
    }
    SshSettings ssh = configuration.ssh(config);
    List<Host> hosts = hosts(config, findings);
    for (SshInspector.Fact fact : services.ssh().facts(ssh, hosts)) {
      findings.add(null, fact.name(), fact.ok(), fact.message(), fact.remedy());
    }
    if (app != null && !hosts.isEmpty()) {
      hosts(app, hosts, ssh, config.app(app).rollout().parallelism(), findings);
    }
    return findings.end();
  }

  private @Nullable DeployConfig config(Findings findings) {
    try {
      DeployConfig config = configuration.load(services);
      if (app != null) {
        config.app(app);
      }
      findings.add(
          null,
          "config",
          true,
          config.file() + ": " + String.join(", ", config.apps().keySet()),
          null);
      return config;
    } catch (ProblemsException wrong) {
      wrong
          .problems()
          .forEach(
              problem -> findings.add(null, "config", false, problem.toString(), "fix that line"));
    } catch (DeployException wrong) {
      findings.add(null, "config", false, wrong.reason(), wrong.hint());
    }
    return null;
  }

  private List<Host> hosts(DeployConfig config, Findings findings) {
    String source = config.inventory() instanceof InventorySettings.Ec2 ? "aws" : "hosts file";
    List<App> apps =
        app == null ? config.apps().keySet().stream().map(App::new).toList() : List.of(app);
    List<Host> hosts = new ArrayList<>();
    Inventory inventory = services.fleets().inventory(config.inventory());
    identity(inventory, findings);
    for (App one : apps) {
      try {
        HostList found = selection.find(config, one, inventory, console);
        findings.add(null, source, true, one + ": " + found.hosts().size() + " hosts", null);
        for (HostList.Missing missing : found.missing()) {
          findings.add(null, source, false, one + ": " + missing.reason(), null);
        }
        hosts.addAll(found.hosts());
      } catch (DeployException wrong) {
        findings.add(null, source, false, wrong.reason(), wrong.hint());
      }
    }
    return hosts;
  }

  /**
   * Reports the AWS identity in use. Where STS does not answer, EC2 still may: wrong credentials
   * show when hosts are listed.
   */
  private static void identity(Inventory inventory, Findings findings) {
    try {
      String identity = inventory.identity();
      if (identity != null) {
        findings.add(null, "aws identity", true, identity, null);
      }
    } catch (DeployException untold) {
      if (untold.kind() == FailureKind.INTERRUPTED) {
        throw untold;
      }
      findings.add(null, "aws identity", true, "unknown: " + untold.getMessage(), null);
    }
  }

  private void hosts(App of, List<Host> hosts, SshSettings ssh, int parallelism, Findings findings)
      throws InterruptedException {
    try (HostAgent agent = services.fleets().agent(ssh)) {
      console.status().asking(hosts);
      List<HostResult> answers =
          new FleetCall(agent, new ThreadTimeline(), this::note)
              .ask(hosts, HostCommand.preflight(of), parallelism);
      for (HostResult answer : answers) {
        switch (answer) {
          case HostResult.Answered done -> checks(done.host(), done.events(), findings);
          case HostResult.Refused refused -> {
            if (checks(refused.host(), refused.events(), findings) == 0) {
              findings.add(
                  refused.host(),
                  "preflight",
                  false,
                  refused.error().message(),
                  refused.error().hint());
            }
          }
          case HostResult.Unreachable gone ->
              findings.unreachable(gone.host(), gone.reason(), gone.hint());
        }
      }
    }
  }

  private void note(String sentence) {
    if (!output.json) {
      console.err().println(sentence);
      console.err().flush();
    }
  }

  /** Adds the checks that a host reported. Returns the number of failed ones. */
  private static int checks(Host host, List<HostEvent> events, Findings findings) {
    int wrong = 0;
    int right = 0;
    for (HostEvent event : events) {
      if (event instanceof AnswerEvents.Check check && !check.ok()) {
        wrong++;
        findings.add(host, check.name(), false, check.message(), check.hint());
      } else if (event instanceof AnswerEvents.PreflightFinished answer
          && answer.protocol() != Protocol.VERSION) {
        wrong++;
        HostError other = Protocol.error("deployctl-host " + answer.version(), answer.protocol());
        findings.add(host, "protocol", false, other.message(), other.hint());
      } else if (event instanceof AnswerEvents.Check) {
        right++;
      } else if (event instanceof AnswerEvents.PreflightFinished finished) {
        finished.warnings().forEach(text -> findings.add(host, "warning", true, text, null));
      }
    }
    if (wrong == 0 && right > 0) {
      findings.add(host, "preflight", true, right + " checks", null);
    }
    return wrong;
  }
}
