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

/** A developer's laptop: a directory with deployctl.yml, and the packaged tool. */
final class Workstation {
  private static final Path TOOL = Path.of("target/deployctl/bin/deployctl").toAbsolutePath();
  private static final List<String> HEARING = List.of("env", "--default-signal=INT,HUP,TERM");

  private final Path directory;
  private final Map<String, String> environment = new TreeMap<>();

  private Workstation(Path directory) {
    this.directory = directory;
  }

  /** With the lab's ssh_config, and these hosts in a file. */
  static Workstation of(Lab lab, Path directory, String... hosts) throws IOException {
    Path all = Path.of(lab.does("hosts-file", directory.resolve("all.yml").toString()));
    List<String> wanted = new ArrayList<>(List.of("hosts:"));
    for (String line : Files.readAllLines(all)) {
      if (Arrays.stream(hosts).anyMatch(host -> line.contains("name: " + host + ","))) {
        wanted.add(line);
      }
    }
    Files.write(directory.resolve("hosts.yml"), wanted);
    Workstation workstation = new Workstation(directory);
    // The lab's hosts are near: who is silent for nine seconds is gone.
    workstation.writes(
        "ssh_config",
        """
        Host *
          ServerAliveInterval 3
          ServerAliveCountMax 3
        Include %s
        """
            .formatted(lab.sshConfig()));
    workstation.writes(
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

  /** The hosts come from the lab's EC2 endpoint. */
  Workstation fromEc2(Lab lab) throws IOException {
    MotoServer.required();
    writes(
        "deployctl.yml",
        """
        ssh: { config: ssh_config }
        inventory:
          ec2: { regions: [ap-northeast-1], filters: { "tag:Env": lab } }
        apps:
          blog: { hosts: { App: blog, Role: web } }
        """);
    for (String line : lab.does("ec2-env").lines().toList()) {
      sets(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
    }
    return this;
  }

  void writes(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }

  /** Adds to deployctl.yml. */
  void appends(String text) throws IOException {
    Files.writeString(directory.resolve("deployctl.yml"), text, StandardOpenOption.APPEND);
  }

  String reads(String name) throws IOException {
    return Files.readString(directory.resolve(name));
  }

  void sets(String variable, String value) {
    environment.put(variable, value);
  }

  /** Runs deployctl. */
  Finished runs(String... words) {
    return Programs.run(directory, environment, command(words));
  }

  /** Runs deployctl; it must succeed. */
  Finished does(String... words) {
    Finished finished = runs(words);
    assertThat(finished.exit()).as(finished.said()).isZero();
    return finished;
  }

  /** Starts deployctl. It hears signals, even where whoever runs the tests does not. */
  Process starts(String... words) {
    List<String> command = new ArrayList<>(HEARING);
    command.addAll(command(words));
    return Programs.start(directory, environment, command);
  }

  /** Starts deployctl in a terminal of its own, which lasts as long as the process given back. */
  Process opensTerminal(String... words) {
    List<String> command = new ArrayList<>(HEARING);
    command.addAll(List.of("TERM=xterm", "SHELL=/bin/sh", "script", "-qc"));
    command.add("stty rows 40 cols 120; exec " + String.join(" ", command(words)));
    command.add("/dev/null");
    return Programs.start(directory, environment, command);
  }

  /** Brings an app to one release on all hosts, fast, whatever ran there. */
  void serves(String app, String tag) {
    does("rollout", app, "--tag", tag, "--yes", "--canary", "0", "--batch-size", "100%");
  }

  static List<String> command(String... words) {
    List<String> command = new ArrayList<>(List.of(TOOL.toString()));
    command.addAll(List.of(words));
    return command;
  }
}
