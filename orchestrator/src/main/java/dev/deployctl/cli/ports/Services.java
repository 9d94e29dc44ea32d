package dev.deployctl.cli.ports;

import dev.deployctl.config.ConfigLoader;
import dev.deployctl.output.terminal.Console;

/** The objects that commands are built with. */
public record Services(
    Console console,
    ConfigLoader config,
    Workstation workstation,
    Prompts prompts,
    Fleets fleets,
    SshInspector ssh) {}
