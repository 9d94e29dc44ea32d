package dev.deployctl.ssh;

import dev.deployctl.openssh.keys.SshPublicKey;
import dev.deployctl.ssh.algorithms.Cryptography;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import net.schmizz.sshj.common.Buffer;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.command.CommandFactory;

/** An SSH server in the process of the test, which can break the protocol. */
public final class InProcessSshd implements AutoCloseable {
  private static final KeyPair HOST_KEY = rsa();
  private static final KeyPair USER_KEY = rsa();

  private final SshServer server;
  private final Path directory;

  private InProcessSshd(SshServer server, Path directory) {
    this.server = server;
    this.directory = directory;
  }

  public static InProcessSshd start(
      Path directory, CommandFactory commands, Consumer<SshServer> misbehaviour)
      throws IOException {
    Cryptography.prepare();
    SshServer server = SshServer.setUpDefaultServer();
    server.setHost("127.0.0.1");
    server.setPort(0);
    server.setKeyPairProvider(KeyPairProvider.wrap(HOST_KEY));
    server.setPublickeyAuthenticator((user, key, session) -> true);
    server.setCommandFactory(commands);
    misbehaviour.accept(server);
    server.start();
    return new InProcessSshd(server, directory);
  }

  SshServer server() {
    return server;
  }

  int port() {
    return server.getPort();
  }

  static SshPublicKey hostKey() {
    byte[] blob = new Buffer.PlainBuffer().putPublicKey(HOST_KEY.getPublic()).getCompactData();
    return SshPublicKey.of(blob).orElseThrow();
  }

  /** Writes an ssh_config that resolves every name to a port. */
  public static Path config(Path directory, int port, String... more) throws IOException {
    Path key = directory.resolve("user_key");
    if (!Files.exists(key)) {
      String pem =
          Base64.getMimeEncoder(64, new byte[] {'\n'})
              .encodeToString(USER_KEY.getPrivate().getEncoded());
      Files.writeString(
          key, "-----BEGIN PRIVATE KEY-----\n" + pem + "\n-----END PRIVATE KEY-----\n");
      Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    }
    Path known = directory.resolve("known_hosts_" + port);
    if (!Files.exists(known)) {
      Files.writeString(known, "[127.0.0.1]:" + port + " " + hostKey().line() + "\n");
    }
    List<String> lines = new ArrayList<>(List.of(more));
    lines.addAll(
        List.of(
            "HostName 127.0.0.1",
            "Port " + port,
            "IdentityFile " + key,
            "IdentityAgent none",
            "UserKnownHostsFile " + known,
            "GlobalKnownHostsFile none",
            "ConnectTimeout 10"));
    Path file = Files.createTempFile(directory, "ssh_config", "");
    Files.write(file, lines);
    return file;
  }

  public Path config(String... more) throws IOException {
    return config(directory, port(), more);
  }

  private static KeyPair rsa() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public void close() throws IOException {
    server.stop(true);
  }
}
