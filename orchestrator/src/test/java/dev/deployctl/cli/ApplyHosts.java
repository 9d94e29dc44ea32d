package dev.deployctl.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** An operators' directory, and hosts on which the user may become root. */
final class ApplyHosts {
  private static final String CONFIG =
      """
      ssh: { config: ssh_config }
      inventory: { file: hosts.yml }
      apps:
        blog: { hosts: { App: blog } }
        shop: { hosts: { App: shop } }
      """;

  private final CliFixture fixture;
  private final Map<String, FakeApply> hosts = new LinkedHashMap<>();

  /** Hosts belong to the app blog, but those of shop, which are named after it. */
  ApplyHosts(CliFixture fixture) throws IOException {
    this.fixture = fixture;
    StringBuilder list = new StringBuilder("hosts:\n");
    for (FakeHost host : fixture.hosts()) {
      FakeApply apply = new FakeApply(fixture.directory.resolve("unpacked"));
      hosts.put(host.name, apply);
      fixture.server(host.name).letsApply(apply);
      list.append("  - { name: ").append(host.name).append(", tags: { App: ");
      list.append(host.name.startsWith("shop") ? "shop" : "blog, Role: [web, worker]");
      list.append(" } }\n");
    }
    fixture.write("hosts.yml", list.toString());
    fixture.write("deployctl.yml", CONFIG);
    write("host.conf", "[docker]\ntimeout = 10s\n");
    write("apps/blog.conf", "[app]\ninstances = 2\n");
    write("apps/shop.conf", "[app]\ninstances = 1\n");
    write("apps/README.md", "ignored\n");
    write("templates/wide.conf", "server {}\n");
  }

  FakeApply of(String host) {
    return Objects.requireNonNull(hosts.get(host));
  }

  /** Returns whom hosts are told to be their caller. */
  String by() throws IOException {
    return "alice@" + java.net.InetAddress.getLocalHost().getHostName();
  }

  /** Adds to deployctl.yml. */
  void config(String line) {
    fixture.write("deployctl.yml", CONFIG + line + "\n");
  }

  /** Writes a file of the directory that only its owner may read. */
  void write(String path, String text) throws IOException {
    Path file = fixture.directory.resolve(path);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  void delete(String path) throws IOException {
    Files.delete(fixture.directory.resolve(path));
  }

  /** Applies the directory. */
  CliFixture.Finished apply(String... options) {
    List<String> arguments = new ArrayList<>(List.of("apply", fixture.directory.toString()));
    arguments.addAll(List.of(options));
    return fixture.runBare(arguments.toArray(String[]::new));
  }
}
