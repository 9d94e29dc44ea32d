package dev.deployctl.lab;

/** Hosts on which an app is never healthy, whatever its image, until this is closed. */
final class UnhealthyHosts implements AutoCloseable {
  private final Lab lab;
  private final String definition;
  private final String[] hosts;

  private UnhealthyHosts(Lab lab, String definition, String... hosts) {
    this.lab = lab;
    this.definition = definition;
    this.hosts = hosts;
  }

  static UnhealthyHosts of(Lab lab, String app, String... hosts) {
    String definition = "/etc/deployctl/apps/" + app + ".conf";
    for (String host : hosts) {
      lab.run(
          "exec",
          host,
          "sed",
          "-i.sound",
          "-e",
          "s#^path = /healthz#path = /nowhere#",
          "-e",
          "s#^deadline = .*#deadline = 2s#",
          definition);
    }
    return new UnhealthyHosts(lab, definition, hosts);
  }

  @Override
  public void close() {
    for (String host : hosts) {
      lab.run("exec", host, "mv", definition + ".sound", definition);
    }
  }
}
