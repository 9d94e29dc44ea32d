package dev.deployctl.ssh;

import static dev.deployctl.ssh.HostCalls.hello;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.fleet.HostUnreachableException;
import dev.deployctl.ssh.connect.ConnectionSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** A real sshd that trusts a certificate authority, and keys for it. */
record LoginFixture(Path directory, RealSshd sshd) implements AutoCloseable {
  static LoginFixture start(Path directory) throws Exception {
    RealOpenSsh.required();
    RealSshd.keygen(directory.resolve("user_ca"), "ed25519");
    RealSshd sshd =
        RealSshd.start(
            directory.resolve("sshd"),
            "TrustedUserCAKeys " + directory.resolve("user_ca.pub"),
            "MaxAuthTries 20");
    return new LoginFixture(directory, sshd);
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  /** Creates a key that the server does not accept yet. */
  Path key(String name, String type, String... more) throws Exception {
    Path file = file(name);
    List<String> options = new ArrayList<>(List.of(more));
    if (type.equals("rsa")) {
      options.addAll(List.of("-b", "2048")); // longer ones take long to make
    }
    RealSshd.keygen(file, type, options.toArray(String[]::new));
    return file;
  }

  /** Adds the key to the authorized keys of the server. */
  void authorize(Path key) throws IOException {
    Files.writeString(
        file("sshd/authorized_keys"),
        Files.readString(Path.of(key + ".pub")),
        StandardOpenOption.APPEND);
  }

  /** Certifies the key for the user who runs the test. */
  void certify(Path key, String validity) throws Exception {
    String user = System.getProperty("user.name");
    List<String> sign = List.of("ssh-keygen", "-q", "-s", file("user_ca").toString());
    List<String> command = new ArrayList<>(sign);
    command.addAll(List.of("-I", "test", "-n", user, "-V", validity, key + ".pub"));
    RealSshd.run(command);
  }

  static void encrypt(Path key, String passphrase, String... more) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of("ssh-keygen", "-q", "-p", "-P", "", "-N", passphrase, "-f", key.toString()));
    command.addAll(List.of(more));
    RealSshd.run(command);
  }

  /** Writes a configuration without the server's own user_key. */
  Path config(String... lines) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of("HostName 127.0.0.1", "Port " + sshd.port(), "GlobalKnownHostsFile none"));
    Path known = file("known_hosts");
    Files.writeString(known, sshd.knownHostsLine("host_ed25519") + "\n");
    all.add("UserKnownHostsFile " + known);
    all.addAll(List.of(lines));
    all.add("IdentityAgent none");
    Path file = Files.createTempFile(directory, "ssh_config", "");
    Files.write(file, all);
    return file;
  }

  /** Returns settings with which a question for a passphrase fails the test. */
  static ConnectionSettings neverAsking(Path config) {
    return HostCalls.settings(config, HostCalls.HELLO)
        .withPassphrases(
            file -> {
              throw new IllegalStateException("asked for " + file);
            });
  }

  static void assertLogsIn(Path config) throws Exception {
    assertThat(hello(config).exit()).isZero();
  }

  static void assertRefused(Path config, String... words) {
    assertThatThrownBy(() -> hello(config))
        .isInstanceOf(HostUnreachableException.class)
        .hasMessageContainingAll(words);
  }

  @Override
  public void close() {
    sshd.close();
  }
}
