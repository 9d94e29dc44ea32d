package dev.deployctl.lab;

/** An app that a test defines on hosts of the lab, and removes again. */
final class OwnApp {
  private static final String DEFINITION =
      """
      [app]
      repository = registry:5000/blog
      deployers = %deployers
      commands = migrate *
      [vhost]
      server-name = NAME.lab
      [health]
      path = /healthz
      interval = 250ms
      deadline = 15s
      release-header = X-Release
      [resources]
      memory = 64m
      """;

  private final Lab lab;
  private final String name;
  private final String[] hosts;

  OwnApp(Lab lab, String name, String... hosts) {
    this.lab = lab;
    this.name = name;
    this.hosts = hosts;
  }

  /** Writes the definition: that of a web part, and these sections. */
  void define(String sections) {
    write("/etc/deployctl/apps/" + name + ".conf", DEFINITION.replace("NAME", name) + sections);
  }

  /** Writes the same with a preview of held releases. */
  void defineWithPreview(String sections) {
    String definition = DEFINITION.replace("[vhost]\n", "[vhost]\npreview = yes\n");
    write("/etc/deployctl/apps/" + name + ".conf", definition.replace("NAME", name) + sections);
  }

  void setEnv(String text) {
    write("/etc/deployctl/env/" + name + ".env", text);
  }

  private void write(String path, String text) {
    for (String host : hosts) {
      lab.run("exec", host, "bash", "-ec", "umask 077; printf '%s' \"$0\" >\"$1\"", text, path);
    }
  }

  /** Returns the configuration that lets a workstation deploy it: the hosts are those of blog. */
  String config() {
    return "  " + name + ": { hosts: { App: blog } }\n";
  }

  void remove() {
    for (String host : hosts) {
      lab.run(
          "exec",
          host,
          "bash",
          "-c",
          "/usr/sbin/deployctl-host unlock $0 --force >/dev/null;"
              + " /usr/sbin/deployctl-host remove $0 >/dev/null;"
              + " rm -f /etc/deployctl/apps/$0.conf /etc/deployctl/env/$0.env",
          name);
    }
  }
}
