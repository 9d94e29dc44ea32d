package dev.deployctl.ssh;

import static dev.deployctl.ssh.HostCalls.HELLO;
import static dev.deployctl.ssh.HostCalls.agent;
import static dev.deployctl.ssh.HostCalls.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.fleet.HostReply;
import dev.deployctl.fleet.HostUnreachableException;
import dev.deployctl.model.Host;
import java.net.Socket;
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

/** Forty hosts behind one real jump host that limits the number of concurrent logins. */
class JumpHostLimitsOpenSshTest {
  private static final int HOSTS = 40;

  @TempDir static Path directory;
  private static RealSshd target;

  @BeforeAll
  static void start() throws Exception {
    RealOpenSsh.required();
    target = RealSshd.start(directory.resolve("target"), "MaxStartups 200");
  }

  @AfterAll
  static void stop() {
    if (target != null) {
      target.close();
    }
  }

  /** A configuration with the host {@code jump} on a port, and all others behind it. */
  private static Path config(int jump, String... aboutTargets) throws Exception {
    List<String> lines = new ArrayList<>(List.of("Host t*"));
    lines.addAll(List.of(aboutTargets));
    lines.addAll(
        List.of(
            "Port " + target.port(),
            "Host jump",
            "Port " + jump,
            "Host *",
            "HostName 127.0.0.1",
            "IdentityFile " + directory.resolve("target/user_key"),
            "IdentitiesOnly yes",
            "IdentityAgent none",
            "UserKnownHostsFile " + directory.resolve("known_hosts"),
            "GlobalKnownHostsFile none",
            "StrictHostKeyChecking accept-new",
            "ConnectTimeout 60"));
    Path file = Files.createTempFile(directory, "ssh_config", "");
    Files.write(file, lines);
    return file;
  }

  private static RealSshd jump(String name, String... config) throws Exception {
    Path dir = Files.createDirectories(directory.resolve(name));
    for (String file : List.of("user_key", "user_key.pub")) {
      Files.copy(directory.resolve("target").resolve(file), dir.resolve(file));
    }
    return RealSshd.start(dir, config);
  }

  private static String through(Path config) {
    return "ProxyCommand ssh -F " + config + " -W %h:%p jump";
  }

  private static void assertAllReached(Path config) throws Exception {
    try (SshHostAgent agent = agent(config, HELLO);
        ExecutorService threads = Executors.newFixedThreadPool(HOSTS)) {
      List<Future<HostReply>> calls = new ArrayList<>();
      for (int i = 0; i < HOSTS; i++) {
        String host = "t" + i;
        calls.add(threads.submit(() -> call(agent, host)));
      }
      for (Future<HostReply> one : calls) {
        assertThat(one.get(180, TimeUnit.SECONDS).exit()).isZero();
      }
    }
  }

  @Test
  void connectsToFortyHostsThroughAJumpHostWithTheDefaultLimit() throws Exception {
    try (RealSshd jump = jump("default", "LogLevel VERBOSE")) {
      assertAllReached(config(jump.port(), through(config(jump.port()))));
    }
  }

  @Test
  void connectsToFortyHostsThroughAJumpHostWithALimitOfFourLogins() throws Exception {
    try (RealSshd jump = jump("strict", "MaxStartups 4:100:4", "LogLevel VERBOSE")) {
      assertAllReached(config(jump.port(), through(config(jump.port()))));
      assertThat(jump.log()).contains("MaxStartups");
    }
  }

  @Test
  void logsInAtAProxyJumpOnceForFortyHosts() throws Exception {
    try (RealSshd jump = jump("proxyjump", "MaxStartups 1:100:1", "LogLevel VERBOSE")) {
      assertAllReached(config(jump.port(), "ProxyJump jump"));
      assertThat(jump.log().lines().filter(line -> line.contains("Accepted publickey"))).hasSize(1);
    }
  }

  @Test
  void namesTheLimitWhenTheJumpHostDropsEveryConnection() throws Exception {
    try (NonSshServer full = new NonSshServer(Socket::close)) {
      Path config = config(full.port(), through(config(full.port())));
      try (SshHostAgent agent = agent(config, HELLO)) {
        assertThatThrownBy(() -> call(agent, "t1"))
            .isInstanceOfSatisfying(
                HostUnreachableException.class,
                refused ->
                    assertThat(refused.hint()).contains("MaxStartups", "10:30:100", "ProxyJump"))
            .hasMessageContaining("exchange_identification")
            .hasMessageContaining("tried 7 times");
      }
      assertThat(full.connections()).isEqualTo(7);
    }
  }

  @Test
  void checksAHostKeyAgainWhenTheJumpHostDropsTheFirstConnection() throws Exception {
    Path marker = directory.resolve("dropped-once");
    Path config =
        config(
            1,
            "ProxyCommand sh -c 'if test -e "
                + marker
                + "; then exec "
                + relay()
                + "; else touch "
                + marker
                + "; echo kex_exchange_identification: Connection closed by remote host >&2;"
                + " exit 255; fi'");
    try (SshHostAgent agent = agent(config, HELLO)) {
      assertThat(agent.hostKey(Host.named("t1")).message()).contains("is not known");
    }
    assertThat(marker).exists();
  }

  /** Runs a second sshd on standard input and output in place of a connection to the first. */
  private static String relay() {
    return "/usr/sbin/sshd -i -f " + directory.resolve("target/sshd_config") + " 2>/dev/null";
  }

  @Test
  void doesNotRepeatPermanentFailures() throws Exception {
    Path calls = directory.resolve("calls");
    Path config =
        config(
            1,
            "ProxyCommand sh -c 'echo x >>"
                + calls
                + "; echo \"jump: Permission denied (publickey). Connection closed by host\" >&2;"
                + " exit 255'");
    try (SshHostAgent agent = agent(config, HELLO)) {
      assertThatThrownBy(() -> call(agent, "t1"))
          .hasMessageContaining("Permission denied")
          .isInstanceOfSatisfying(
              HostUnreachableException.class,
              refused -> assertThat(refused.hint()).doesNotContain("MaxStartups"));
    }
    assertThat(calls).hasContent("x");
  }
}
