package dev.deployctl;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The packages of the program and their dependencies, as in docs/architecture.md. */
final class PackageTable {
  private PackageTable() {}

  /**
   * The packages that a package may use.
   *
   * @param packages packages of this program
   * @param libraries packages from outside, besides the JDK and JSpecify
   */
  record Allowed(List<String> packages, List<String> libraries) {}

  private static final List<String> JACKSON = List.of("com.fasterxml.jackson..");
  private static final String LOG = "org.slf4j..";

  private static final List<String> SSHJ = List.of("net.schmizz..", "com.hierynomus..", LOG);

  private static final List<String> AWS =
      List.of("com.amazonaws..", "org.apache.http..", "com.fasterxml.jackson..", LOG);

  static final Map<String, Allowed> PACKAGES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("model", new Allowed(List.of(), List.of())),
              Map.entry("event", new Allowed(List.of("model"), JACKSON)),
              Map.entry(
                  "yaml",
                  new Allowed(
                      List.of("model"),
                      List.of("com.fasterxml.jackson..", "org.yaml.snakeyaml.."))),
              Map.entry("config", new Allowed(List.of("model", "yaml"), JACKSON)),
              Map.entry(
                  "fleet", new Allowed(List.of("fleet.command", "model", "event"), List.of(LOG))),
              Map.entry("fleet.command", new Allowed(List.of("model", "event"), List.of())),
              Map.entry(
                  "bootstrap",
                  new Allowed(List.of("model", "event", "fleet", "fleet.command"), List.of(LOG))),
              Map.entry(
                  "apply",
                  new Allowed(
                      List.of("config", "fleet", "fleet.command", "event", "model"), JACKSON)),
              Map.entry(
                  "overview",
                  new Allowed(List.of("rollout.outcome", "fleet", "event", "model"), List.of())),
              Map.entry("placement", new Allowed(List.of("fleet", "event", "model"), List.of())),
              Map.entry("export", new Allowed(List.of("fleet", "event", "model"), JACKSON)),
              Map.entry("export.ecs", new Allowed(List.of("export", "event", "model"), JACKSON)),
              Map.entry(
                  "export.compose", new Allowed(List.of("export", "event", "model"), JACKSON)),
              Map.entry("rollout.outcome", new Allowed(List.of("model", "event"), List.of())),
              Map.entry(
                  "rollout.planning",
                  new Allowed(
                      List.of("model", "event", "fleet", "fleet.command", "rollout.outcome"),
                      List.of())),
              Map.entry(
                  "rollout.gate",
                  new Allowed(List.of("fleet", "rollout.outcome", "model"), List.of())),
              Map.entry(
                  "rollout",
                  new Allowed(
                      List.of(
                          "model",
                          "event",
                          "fleet",
                          "fleet.command",
                          "rollout.gate",
                          "rollout.outcome",
                          "rollout.planning"),
                      List.of(LOG))),
              Map.entry("openssh.config", new Allowed(List.of("model"), List.of())),
              Map.entry("openssh.keys", new Allowed(List.of("model"), List.of())),
              Map.entry(
                  "openssh.knownhosts",
                  new Allowed(List.of("openssh.config", "openssh.keys", "model"), List.of())),
              Map.entry(
                  "ssh",
                  new Allowed(
                      List.of(
                          "ssh.connect",
                          "ssh.transport",
                          "openssh.config",
                          "fleet",
                          "fleet.command",
                          "event",
                          "model"),
                      SSHJ)),
              Map.entry(
                  "ssh.connect",
                  new Allowed(
                      List.of(
                          "ssh.algorithms",
                          "ssh.auth",
                          "ssh.transport",
                          "openssh.config",
                          "openssh.keys",
                          "openssh.knownhosts",
                          "model"),
                      SSHJ)),
              Map.entry(
                  "ssh.auth",
                  new Allowed(
                      List.of("ssh.algorithms", "ssh.transport", "openssh.config", "openssh.keys"),
                      SSHJ)),
              Map.entry(
                  "ssh.algorithms",
                  new Allowed(
                      List.of("openssh.config", "openssh.keys", "openssh.knownhosts", "model"),
                      List.of("net.schmizz..", "com.hierynomus..", "org.bouncycastle..", LOG))),
              Map.entry("ssh.transport", new Allowed(List.of("openssh.config"), SSHJ)),
              Map.entry("inventory", new Allowed(List.of("fleet", "model", "yaml"), JACKSON)),
              Map.entry("inventory.aws", new Allowed(List.of("model"), AWS)),
              Map.entry(
                  "inventory.ec2",
                  new Allowed(List.of("inventory", "inventory.aws", "fleet", "model"), AWS)),
              Map.entry(
                  "output.terminal",
                  new Allowed(List.of("rollout.outcome", "fleet", "model"), List.of())),
              Map.entry(
                  "output.json",
                  new Allowed(
                      List.of(
                          "output.terminal",
                          "overview",
                          "placement",
                          "export",
                          "rollout.outcome",
                          "fleet",
                          "event",
                          "model"),
                      JACKSON)),
              Map.entry(
                  "output.report",
                  new Allowed(
                      List.of("output.terminal", "rollout.outcome", "event", "model"), List.of())),
              Map.entry("output.page.model", new Allowed(List.of(), List.of())),
              Map.entry(
                  "output.page.template",
                  new Allowed(List.of("output.page.model"), List.of("gg.jte.."))),
              Map.entry(
                  "output.page",
                  new Allowed(
                      List.of(
                          "output.page.model",
                          "output.page.template",
                          "output.report",
                          "output.terminal",
                          "rollout.outcome",
                          "event",
                          "model"),
                      List.of("gg.jte.."))),
              Map.entry(
                  "ui",
                  new Allowed(
                      List.of(
                          "output.page",
                          "output.page.model",
                          "output.page.template",
                          "output.report",
                          "output.terminal",
                          "overview",
                          "rollout.outcome",
                          "fleet",
                          "event",
                          "model"),
                      List.of("com.sun.net.httpserver..", "gg.jte..", LOG))),
              Map.entry(
                  "output.live",
                  new Allowed(
                      List.of(
                          "output.report", "output.terminal", "rollout.outcome", "event", "model"),
                      List.of())),
              Map.entry(
                  "output.tables",
                  new Allowed(
                      List.of(
                          "output.json",
                          "output.report",
                          "output.terminal",
                          "overview",
                          "placement",
                          "bootstrap",
                          "rollout.outcome",
                          "fleet",
                          "event",
                          "model"),
                      JACKSON)),
              Map.entry(
                  "output",
                  new Allowed(
                      List.of(
                          "output.json",
                          "output.live",
                          "output.report",
                          "output.tables",
                          "output.terminal",
                          "rollout.outcome",
                          "model"),
                      List.of())),
              Map.entry(
                  "hooks",
                  new Allowed(
                      List.of(
                          "config", "rollout.outcome", "output.json", "output.terminal", "model"),
                      List.of())),
              Map.entry(
                  "gates",
                  new Allowed(
                      List.of("hooks", "rollout.gate", "rollout.outcome", "output.json", "model"),
                      List.of())),
              Map.entry(
                  "gates.cloudwatch", new Allowed(List.of("gates", "inventory.aws", "model"), AWS)),
              Map.entry(
                  "notify",
                  new Allowed(
                      List.of(
                          "config", "rollout.outcome", "output.report", "output.terminal", "model"),
                      JACKSON)),
              Map.entry(
                  "cli.ports",
                  new Allowed(
                      List.of("output.terminal", "bootstrap", "fleet", "gates", "config", "model"),
                      List.of())),
              Map.entry(
                  "cli.help",
                  new Allowed(
                      List.of("cli.completion", "output.terminal", "model"), List.of("picocli.."))),
              Map.entry(
                  "cli.options",
                  new Allowed(
                      List.of(
                          "cli.help",
                          "cli.ports",
                          "output.terminal",
                          "fleet",
                          "fleet.command",
                          "placement",
                          "config",
                          "model"),
                      List.of("picocli.."))),
              Map.entry(
                  "cli.completion",
                  new Allowed(
                      List.of("cli.ports", "output.terminal", "config", "model"),
                      List.of("picocli.."))),
              Map.entry(
                  "cli.setup",
                  new Allowed(
                      List.of(
                          "cli.help",
                          "cli.options",
                          "cli.ports",
                          "output.tables",
                          "output.terminal",
                          "apply",
                          "bootstrap",
                          "fleet",
                          "fleet.command",
                          "config",
                          "event",
                          "model"),
                      List.of("picocli.."))),
              Map.entry(
                  "cli.fleet",
                  new Allowed(
                      List.of(
                          "cli.options",
                          "cli.ports",
                          "output.json",
                          "output.tables",
                          "output.terminal",
                          "ui",
                          "overview",
                          "placement",
                          "export",
                          "export.ecs",
                          "export.compose",
                          "fleet",
                          "fleet.command",
                          "config",
                          "event",
                          "model"),
                      List.of("picocli.."))),
              Map.entry(
                  "cli",
                  new Allowed(
                      List.of(
                          "cli.completion",
                          "cli.fleet",
                          "cli.help",
                          "cli.options",
                          "cli.ports",
                          "cli.setup",
                          "gates",
                          "hooks",
                          "notify",
                          "output",
                          "output.json",
                          "output.page",
                          "output.report",
                          "output.tables",
                          "output.terminal",
                          "rollout",
                          "rollout.outcome",
                          "rollout.planning",
                          "bootstrap",
                          "fleet",
                          "fleet.command",
                          "config",
                          "event",
                          "model"),
                      List.of("picocli..", LOG)))));
}
