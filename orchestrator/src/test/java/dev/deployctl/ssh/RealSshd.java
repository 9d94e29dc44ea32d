package dev.deployctl.ssh;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An OpenSSH server with its own keys on a free port of the loopback interface. */
final class RealSshd implements AutoCloseable {
  static final Path PROGRAM = Path.of("/usr/sbin/sshd");

  private final Path directory;
  private final int port;
  private final Process process;

  private RealSshd(Path directory, int port, Process process) {
    this.directory = directory;
    this.port = port;
    this.process = process;
  }

  /** Starts a server that accepts {@code user_key} of the directory. */
  static RealSshd start(Path directory, String... moreConfig)
      throws IOException, InterruptedException {
    return start(PROGRAM, directory, moreConfig);
  }

  /** Starts this program in place of the installed server. */
  static RealSshd start(Path program, Path directory, String... moreConfig)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    if (!Files.exists(directory.resolve("host_ed25519"))) {
      keygen(directory.resolve("host_ed25519"), "ed25519");
    }
    if (!Files.exists(directory.resolve("user_key"))) {
      keygen(directory.resolve("user_key"), "ed25519");
    }
    Path authorized = directory.resolve("authorized_keys");
    if (!Files.exists(authorized)) {
      Files.copy(directory.resolve("user_key.pub"), authorized);
    }
    if (System.getProperty("user.name").equals("root")) {
      Files.createDirectories(Path.of("/run/sshd")); // sshd insists on it when it is root
    }
    int port = freePort();
    List<String> config = new ArrayList<>(List.of(moreConfig));
    config.addAll(
        List.of(
            "Port " + port,
            "ListenAddress 127.0.0.1",
            "HostKey " + directory.resolve("host_ed25519"),
            "PidFile none",
            "SetEnv HOME=" + directory, // so that nobody's shell profile takes part
            "AuthorizedKeysFile " + authorized,
            "StrictModes no",
            "UsePAM no",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "PermitRootLogin prohibit-password"));
    Path file = directory.resolve("sshd_config");
    Files.write(file, config);
    Process process =
        new ProcessBuilder(program.toString(), "-D", "-e", "-f", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("sshd.log").toFile())
            .start();
    RealSshd sshd = new RealSshd(directory, port, process);
    sshd.awaitListening();
    return sshd;
  }

  private void awaitListening() throws IOException, InterruptedException {
    for (int turn = 0; turn < 200; turn++) {
      try (Socket probe = new Socket()) {
        probe.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
        return;
      } catch (IOException notYet) {
        if (!process.isAlive()) {
          break;
        }
        Thread.sleep(25);
      }
    }
    close();
    throw new IOException("sshd did not start: " + log());
  }

  String log() throws IOException {
    return Files.readString(directory.resolve("sshd.log"));
  }

  int port() {
    return port;
  }

  /** Returns a known_hosts line for this server. */
  String knownHostsLine(String keyName) throws IOException {
    return "[127.0.0.1]:"
        + port
        + " "
        + Files.readString(directory.resolve(keyName + ".pub")).strip();
  }

  /** Writes an ssh_config with the host {@code target} and a known_hosts file for it. */
  Path config(String... more) throws IOException {
    Path known = directory.resolve("known_hosts");
    if (!Files.exists(known)) {
      Files.writeString(known, knownHostsLine("host_ed25519") + "\n");
    }
    List<String> lines = new ArrayList<>();
    lines.addAll(List.of("Host target", "  HostName 127.0.0.1", "  Port " + port));
    for (String line : more) {
      lines.add("  " + line);
    }
    lines.addAll(
        List.of(
            "Host *",
            "  IdentityFile " + directory.resolve("user_key"),
            "  IdentitiesOnly yes",
            "  IdentityAgent none",
            "  UserKnownHostsFile " + known,
            "  GlobalKnownHostsFile /dev/null",
            "  StrictHostKeyChecking yes",
            "  ConnectTimeout 10"));
    Path file = Files.createTempFile(directory, "ssh_config", "");
    Files.write(file, lines);
    return file;
  }

  static void keygen(Path file, String type, String... more)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of("ssh-keygen", "-q", "-t", type, "-N", "", "-C", "test", "-f", file.toString()));
    command.addAll(List.of(more));
    run(command);
  }

  static String run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command + ": " + output);
    }
    return output;
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Sends a signal to the server and to every process of its connections. */
  void signal(String name) {
    try {
      List<String> command = new ArrayList<>(List.of("kill", "-" + name));
      process.descendants().forEach(child -> command.add(String.valueOf(child.pid())));
      command.add(String.valueOf(process.pid()));
      run(command);
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends every connection, but not the server. */
  void dropConnections() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
  }

  /** Kills the server and every connection of it, as a power cut would. */
  void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  @Override
  public void close() {
    kill();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
