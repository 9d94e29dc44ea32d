package dev.deployctl.cli.fleet;

import dev.deployctl.cli.options.ConfigOptions;
import dev.deployctl.cli.options.HostOptions;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.cli.ports.Workstation;
import dev.deployctl.config.DeployConfig;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.Interruption;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.ExitCodes;
import dev.deployctl.model.FailureKind;
import dev.deployctl.output.terminal.Console;
import dev.deployctl.ui.UiServer;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows all apps and hosts in a browser of this machine. */
@Command(
    name = "ui",
    description =
        "Show all apps in a browser: releases, health, history, requests, schedules and logs, live."
            + " It only reads, and answers only this machine. Ctrl-C ends it.")
public final class UiCommand implements Callable<Integer> {
  private static final int TOKEN_BYTES = 16;

  private final Services services;
  private final Console console;

  @Mixin final ConfigOptions configuration = new ConfigOptions();
  @Mixin final HostOptions selection = new HostOptions();

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "0",
      description = "Listen on this port of 127.0.0.1 (default: any that is free).")
  int port;

  public UiCommand(Services services) {
    this.services = services;
    this.console = services.console();
  }

  @Override
  public Integer call() {
    if (port < 0 || port > 65_535) {
      throw new DeployException(
          FailureKind.USAGE, "not a port: " + port, "choose one from 1024 to 65535");
    }
    DeployConfig config = configuration.load(services);
    Interruption interruption = new Interruption();
    byte[] random = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(random);
    try (Workstation.InterruptWatch _ =
            services.workstation().watchInterrupts(interruption, () -> {});
        HostAgent agent = services.fleets().agent(configuration.ssh(config));
        UiServer server =
            UiServer.start(
                port,
                HexFormat.of().formatHex(random),
                new HostsAsked(
                    config, services.fleets().inventory(config.inventory()), selection, agent),
                Clock.systemUTC())) {
      console.out().println("Open " + server.address());
      console.out().println("It answers this machine alone, and only reads. Ctrl-C ends it.");
      console.out().flush();
      interruption.afterChanges(() -> new CountDownLatch(1).await());
    } catch (InterruptedException ended) {
      console.out().println();
    }
    return ExitCodes.OK;
  }
}
