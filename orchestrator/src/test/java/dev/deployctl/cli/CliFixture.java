package dev.deployctl.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deployctl.Wiring;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.output.terminal.Console;
import dev.deployctl.output.terminal.StatusLine;
import dev.deployctl.output.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.jspecify.annotations.Nullable;

/** A workstation and its hosts: runs whole commands in this process, over real SSH. */
final class CliFixture implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  final Path directory;
  final Map<String, String> environment = new TreeMap<>(Map.of("USER", "alice"));
  private final Map<String, FakeHost> hosts = new LinkedHashMap<>();
  private final Map<String, FakeSshd> servers = new LinkedHashMap<>();
  private final KeyPair hostKey = keyPair();
  private final KeyPair user = keyPair();

  /** Replaces parts of the workstation. */
  UnaryOperator<Services> workstation = services -> services;

  private boolean terminal;
  private boolean looking;
  private @Nullable String answer;
  private int questions;

  /** The result of a command. */
  record Finished(int exit, String out, String err) {
    /** Parses standard output, one JSON object a line. */
    List<JsonNode> json() {
      List<JsonNode> lines = new ArrayList<>();
      for (String line : out.lines().toList()) {
        try {
          lines.add(JSON.readTree(line));
        } catch (IOException notJson) {
          throw new UncheckedIOException("not JSON: " + line, notJson);
        }
      }
      return lines;
    }
  }

  /** Creates hosts of the app blog, in zones a and c in turn, where v1 is live. */
  CliFixture(Path directory, String... names) throws IOException, GeneralSecurityException {
    this.directory = directory;
    environment.put("XDG_CACHE_HOME", directory.resolve("cache").toString());
    StringBuilder list = new StringBuilder("hosts:\n");
    StringBuilder ssh = new StringBuilder();
    StringBuilder known = new StringBuilder();
    for (String name : names) {
      FakeHost host = new FakeHost(name);
      FakeSshd server = new FakeSshd(host, hostKey, user.getPublic(), 0);
      hosts.put(name, host);
      servers.put(name, server);
      list.append("  - { name: %s, zone: %s, tags: { App: blog } }\n".formatted(name, zone()));
      ssh.append("Host %s\n  HostName 127.0.0.1\n  Port %d\n".formatted(name, server.port()));
      known.append("[127.0.0.1]:%d %s\n".formatted(server.port(), publicKey(hostKey)));
    }
    Path key = directory.resolve("id_ed25519");
    try (OutputStream out = Files.newOutputStream(key)) {
      OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(user, "alice", null, out);
    }
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    ssh.append(
        """
        Host *
          User deploy
          IdentityFile %s
          IdentitiesOnly yes
          IdentityAgent none
          UserKnownHostsFile %s
          GlobalKnownHostsFile none
          ConnectTimeout 5
        """
            .formatted(key, directory.resolve("known_hosts")));
    write("known_hosts", known.toString());
    write("ssh_config", ssh.toString());
    write("hosts.yml", list.toString());
    write(
        "deployctl.yml",
        """
        ssh: { config: ssh_config }
        inventory: { file: hosts.yml }
        rollout: { canary: 1, batch-size: 2 }
        apps:
          blog: { hosts: { App: blog } }
          shop: { hosts: { App: shop } }
        environments:
          staging: { rollout: { batch-size: 100% } }
        """);
  }

  private String zone() {
    return hosts.size() % 2 == 1 ? "a" : "c";
  }

  private static KeyPair keyPair() throws GeneralSecurityException {
    return KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256);
  }

  static String publicKey(KeyPair pair) {
    return PublicKeyEntry.toString(pair.getPublic());
  }

  void write(String name, String text) {
    try {
      Files.writeString(directory.resolve(name), text);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Replaces the host key of a host; returns the fingerprint of the expected one. */
  String changesHostKey(String name) throws IOException, GeneralSecurityException {
    FakeSshd old = server(name);
    int port = old.port();
    old.close();
    servers.put(name, new FakeSshd(host(name), keyPair(), user.getPublic(), port));
    return KeyUtils.getFingerPrint(hostKey.getPublic());
  }

  FakeHost host(String name) {
    return java.util.Objects.requireNonNull(hosts.get(name));
  }

  FakeSshd server(String name) {
    return java.util.Objects.requireNonNull(servers.get(name));
  }

  List<FakeHost> hosts() {
    return List.copyOf(hosts.values());
  }

  /** Makes input interactive, with this answer to every question. */
  void personAnswers(String text) {
    terminal = true;
    answer = text;
  }

  /** Sets the first line of standard input, which is no terminal. */
  void standardInput(String line) {
    answer = line;
  }

  /** Makes standard error a terminal that somebody looks at. */
  void personLooks() {
    looking = true;
  }

  /** Returns the number of questions. */
  int questions() {
    return questions;
  }

  /** Runs a command with this fixture's configuration. */
  Finished run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add(1, "--config=" + directory.resolve("deployctl.yml"));
    return runBare(all.toArray(String[]::new));
  }

  /** Runs a command with exactly these arguments. */
  Finished runBare(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    StatusLine status = looking ? StatusLine.on(err, true) : StatusLine.none();
    Terminal kind = new Terminal(100, 24, false, true, terminal);
    Console console =
        new Console(
            new PrintWriter(status.before(out), false, UTF_8),
            new PrintWriter(status.before(err), false, UTF_8),
            kind,
            kind,
            status,
            () -> Optional.of(new Terminal.Size(100, 24)),
            () -> {
              questions++;
              return answer;
            });
    int exit = Deployctl.run(workstation.apply(Wiring.services(environment, console)), arguments);
    console.out().flush();
    console.err().flush();
    return new Finished(exit, out.toString(UTF_8), err.toString(UTF_8));
  }

  @Override
  public void close() throws IOException {
    for (FakeSshd server : servers.values()) {
      server.close();
    }
  }
}
