package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.inventory.ec2.MotoServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A developer's workstation: a directory with deployctl.yml, and the packaged program. */
final class Workstation {
  private static final Path TOOL = Path.of("target/deployctl/bin/deployctl").toAbsolutePath();
  private static final List<String> DEFAULT_SIGNALS =
      List.of("env", "--default-signal=INT,HUP,TERM");

  private final Path directory;
  private final Map<String, String> environment = new TreeMap<>();

  private Workstation(Path directory) {
    this.directory = directory;
  }

  /** Creates one with the ssh_config of the lab, and these hosts in a file. */
  static Workstation of(Lab lab, Path directory, String... hosts) throws IOException {
    Path all = Path.of(lab.run("hosts-file", directory.resolve("all.yml").toString()));
    List<String> wanted = new ArrayList<>(List.of("hosts:"));
    for (String line : Files.readAllLines(all)) {
      if (Arrays.stream(hosts).anyMatch(host -> line.contains("name: " + host + ","))) {
        wanted.add(line);
      }
    }
    Files.write(directory.resolve("hosts.yml"), wanted);
    Workstation workstation = new Workstation(directory);
    // The network of the lab is fast: a host that is silent for nine seconds is lost.
    workstation.write(
        "ssh_config",
        """
        Host *
          ServerAliveInterval 3
          ServerAliveCountMax 3
        Include %s
        """
            .formatted(lab.sshConfig()));
    workstation.write(
        "deployctl.yml",
        """
        ssh: { config: ssh_config }
        inventory: { file: hosts.yml }
        rollout: { canary: 1, batch-size: 1 }
        apps:
          blog: { hosts: { App: blog } }
          shop: { hosts: { App: shop } }
          api: { hosts: { App: api } }
        """);
    return workstation;
  }

  /** Takes the hosts from the EC2 endpoint of the lab. */
  Workstation fromEc2(Lab lab) throws IOException {
    MotoServer.required();
    write(
        "deployctl.yml",
        """
        ssh: { config: ssh_config }
        inventory:
          ec2: { regions: [ap-northeast-1], filters: { "tag:Env": lab } }
        apps:
          blog: { hosts: { App: blog, Role: web } }
        """);
    for (String line : lab.run("ec2-env").lines().toList()) {
      setEnv(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
    }
    return this;
  }

  void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }

  /** Adds to deployctl.yml. */
  void appendConfig(String text) throws IOException {
    Files.writeString(directory.resolve("deployctl.yml"), text, StandardOpenOption.APPEND);
  }

  String read(String name) throws IOException {
    return Files.readString(directory.resolve(name));
  }

  void setEnv(String variable, String value) {
    environment.put(variable, value);
  }

  /** Runs deployctl, which may fail. */
  ProgramResult tryRun(String... arguments) {
    return ProgramRunner.run(directory, environment, command(arguments));
  }

  /** Runs deployctl, which must succeed. */
  ProgramResult run(String... arguments) {
    ProgramResult finished = tryRun(arguments);
    assertThat(finished.exit()).as(finished.output()).isZero();
    return finished;
  }

  /** Starts deployctl, with default signal handling even if the tests run without it. */
  Process start(String... arguments) {
    List<String> command = new ArrayList<>(DEFAULT_SIGNALS);
    command.addAll(command(arguments));
    return ProgramRunner.start(directory, environment, command);
  }

  /** Starts deployctl in its own terminal, which exists as long as the returned process. */
  Process startInTerminal(String... arguments) {
    List<String> command = new ArrayList<>(DEFAULT_SIGNALS);
    command.addAll(List.of("TERM=xterm", "SHELL=/bin/sh", "script", "-qc"));
    command.add("stty rows 40 cols 120; exec " + String.join(" ", command(arguments)));
    command.add("/dev/null");
    return ProgramRunner.startReading(directory, environment, command);
  }

  /** Rolls out one image to all hosts at once, whatever ran there. */
  void deploy(String app, String tag) {
    run("rollout", app, "--tag", tag, "--yes", "--canary", "0", "--batch-size", "100%");
  }

  static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>(List.of(TOOL.toString()));
    command.addAll(List.of(arguments));
    return command;
  }
}
