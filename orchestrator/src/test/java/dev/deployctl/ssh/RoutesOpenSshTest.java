package dev.deployctl.ssh;

import static dev.deployctl.ssh.HostCalls.HELLO;
import static dev.deployctl.ssh.HostCalls.agent;
import static dev.deployctl.ssh.HostCalls.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.fleet.ConnectionLostException;
import dev.deployctl.fleet.HostReply;
import dev.deployctl.fleet.HostUnreachableException;
import dev.deployctl.model.App;
import dev.deployctl.model.LockId;
import dev.deployctl.model.RolloutId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections through jump hosts and proxy commands. */
class RoutesOpenSshTest {
  @TempDir static Path directory;
  private static RealSshd target;
  private static RealSshd jump;

  @BeforeAll
  static void start() throws Exception {
    RealOpenSsh.required();
    target = RealSshd.start(directory.resolve("target"));
    jump = RealSshd.start(directory.resolve("jump"), "LogLevel VERBOSE");
  }

  @AfterAll
  static void stop() {
    for (RealSshd sshd : new RealSshd[] {target, jump}) {
      if (sshd != null) {
        sshd.close();
      }
    }
  }

  /** A configuration with the hosts {@code jump}, {@code jump2}, {@code target} and {@code t*}. */
  private static Path config(String... aboutTarget) throws Exception {
    Path known = Files.createTempFile(directory, "known_hosts", "");
    Files.writeString(
        known,
        target.knownHostsLine("host_ed25519") + "\n" + jump.knownHostsLine("host_ed25519") + "\n");
    List<String> lines = new ArrayList<>(List.of("Host t*"));
    lines.addAll(List.of(aboutTarget));
    lines.addAll(
        List.of(
            "Port " + target.port(),
            "IdentityFile " + directory.resolve("target/user_key"),
            "Host jump*",
            "Port " + jump.port(),
            "IdentityFile " + directory.resolve("jump/user_key"),
            "Host *",
            "HostName 127.0.0.1",
            "IdentityAgent none",
            "UserKnownHostsFile " + known,
            "GlobalKnownHostsFile none",
            "ConnectTimeout 10"));
    Path file = Files.createTempFile(directory, "ssh_config", "");
    Files.write(file, lines);
    return file;
  }

  private static void assertReached(Path config) throws Exception {
    try (SshHostAgent agent = agent(config, HELLO)) {
      assertThat(call(agent, "target").exit()).isZero();
    }
  }

  private static long loginsAtJump() throws Exception {
    return jump.log().lines().filter(line -> line.contains("Accepted publickey")).count();
  }

  @Test
  void connectsThroughAJumpHost() throws Exception {
    long before = loginsAtJump();
    assertReached(config("ProxyJump jump"));
    assertThat(loginsAtJump()).isEqualTo(before + 1);
  }

  @Test
  void connectsThroughSeveralJumpHosts() throws Exception {
    long before = loginsAtJump();
    assertReached(config("ProxyJump jump,jump2"));
    assertThat(loginsAtJump()).isEqualTo(before + 2);
    assertReached(config("ProxyJump jump", "Host jump", "ProxyJump jump2", "Host t*"));
    assertThat(loginsAtJump()).isEqualTo(before + 4);
  }

  @Test
  void replacesTokensInTheNameOfAJumpHost() throws Exception {
    String user = System.getProperty("user.name");
    for (String jump : List.of("%r@jump", "jump-%h", "%r@jump-%n", "jump-%p", "jump,%r@jump2")) {
      Path config = config("User " + user, "ProxyJump " + jump);
      Process ssh =
          new ProcessBuilder(
                  "ssh", "-F", config.toString(), "-o", "BatchMode=yes", "target", "true")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      assertThat(ssh.waitFor()).as("ssh with ProxyJump " + jump).isZero();
      assertReached(config);
    }
  }

  @Test
  void sharesTheConnectionToTheJumpHost() throws Exception {
    long before = loginsAtJump();
    try (SshHostAgent agent = agent(config("ProxyJump jump"), HELLO);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<HostReply>> calls = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        String host = "t" + i;
        calls.add(threads.submit(() -> call(agent, host)));
      }
      for (Future<HostReply> one : calls) {
        assertThat(one.get(60, TimeUnit.SECONDS).exit()).isZero();
      }
    }
    assertThat(loginsAtJump()).isEqualTo(before + 1);
  }

  @Test
  void connectsThroughAProxyCommand() throws Exception {
    Path conf = directory.resolve("target/sshd_config");
    assertReached(config("ProxyCommand /usr/sbin/sshd -i -f " + conf + " 2>/dev/null"));
    assertReached(config("ProxyCommand ssh -F " + config() + " -W %h:%p -q jump"));
  }

  @Test
  void namesTheUnreachableJumpHost() throws Exception {
    Path config = config("ProxyJump nobody@jump");
    try (SshHostAgent agent = agent(config, HELLO)) {
      assertThatThrownBy(() -> call(agent, "target"))
          .isInstanceOf(HostUnreachableException.class)
          .hasMessageContaining("nobody@jump")
          .hasMessageContaining("permission denied");
    }
  }

  @Test
  void verifiesTheHostBehindTheJumpHost() throws Exception {
    Path config = config("ProxyJump jump", "HostKeyAlias other");
    try (SshHostAgent agent = agent(config, HELLO)) {
      assertThatThrownBy(() -> call(agent, "target"))
          .isInstanceOf(HostUnreachableException.class)
          .hasMessageContaining("the host key of other is not known");
    }
  }

  @Test
  void reportsThatTheJumpHostCannotConnectToTheHost() throws Exception {
    Path config = config("ProxyJump jump", "Port " + RealSshd.freePort());
    try (SshHostAgent agent = agent(config, HELLO)) {
      assertThatThrownBy(() -> call(agent, "target"))
          .isInstanceOf(HostUnreachableException.class)
          .hasMessageContaining("through jump")
          .hasMessageContaining("refused");
    }
  }

  @Test
  void reportsTheOutputOfTheProxyCommand() throws Exception {
    Path config = config("ProxyCommand echo 'no route today' >&2; exit 1");
    try (SshHostAgent agent = agent(config, HELLO)) {
      assertThatThrownBy(() -> call(agent, "target"))
          .isInstanceOf(HostUnreachableException.class)
          .hasMessageContaining("no route today");
    }
  }

  @Test
  void refusesALoopOfJumpHosts() throws Exception {
    Path config =
        config(
            "ProxyJump jump",
            "Host jump",
            "ProxyJump jump2",
            "Host jump2",
            "ProxyJump jump",
            "Host t*");
    try (SshHostAgent agent = agent(config, HELLO)) {
      assertThatThrownBy(() -> call(agent, "target"))
          .isInstanceOf(HostUnreachableException.class)
          .hasMessageContaining("jump");
    }
  }

  @Test
  void losesTheHostWhenTheJumpHostIsLost() throws Exception {
    try (RealSshd frail = RealSshd.start(directory.resolve("frail"))) {
      Path config = config("ProxyJump frail");
      Files.writeString(
          config,
          "Host frail\nPort "
              + frail.port()
              + "\nIdentityFile "
              + directory.resolve("frail/user_key")
              + "\nStrictHostKeyChecking accept-new\n"
              + Files.readString(config));
      try (SshHostAgent agent = agent(config, HELLO + "; sleep 60")) {
        assertThatThrownBy(
                () ->
                    agent.call(
                        dev.deployctl.model.Host.named("target"),
                        dev.deployctl.fleet.command.HostCommand.restart(
                            new App("blog"), RolloutId.random(), LockId.random()),
                        event -> frail.kill()))
            .isInstanceOf(ConnectionLostException.class);
      }
    }
  }
}
