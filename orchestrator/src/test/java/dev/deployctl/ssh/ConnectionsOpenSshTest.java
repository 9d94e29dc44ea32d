package dev.deployctl.ssh;

import static dev.deployctl.ssh.HostCalls.HELLO;
import static dev.deployctl.ssh.HostCalls.agent;
import static dev.deployctl.ssh.HostCalls.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.event.HostEvent;
import dev.deployctl.fleet.ConnectionLostException;
import dev.deployctl.fleet.HostReply;
import dev.deployctl.fleet.HostUnreachableException;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.LockId;
import dev.deployctl.model.RolloutId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections to a real host: shared, limited, lost, and made again. */
class ConnectionsOpenSshTest {
  @TempDir static Path directory;
  private static RealSshd sshd;

  @BeforeAll
  static void start() throws Exception {
    RealOpenSsh.required();
    sshd = RealSshd.start(directory.resolve("sshd"), "AcceptEnv *", "LogLevel VERBOSE");
  }

  @AfterAll
  static void stop() {
    if (sshd != null) {
      sshd.close();
    }
  }

  @Test
  void reportsALostConnection() throws Exception {
    try (RealSshd victim = RealSshd.start(directory.resolve("victim"));
        SshHostAgent agent = agent(victim.config(), HELLO + "; sleep 60")) {
      List<HostEvent> events = new ArrayList<>();
      assertThatThrownBy(
              () ->
                  agent.call(
                      Host.named("target"),
                      HostCommand.restart(new App("blog"), RolloutId.random(), LockId.random()),
                      event -> {
                        events.add(event);
                        victim.kill();
                      }))
          .isInstanceOf(ConnectionLostException.class)
          .hasMessageContaining("the connection was lost while 'restart' ran");
      assertThat(events).hasSize(1);
      assertThatThrownBy(() -> call(agent, "target"))
          .isInstanceOf(HostUnreachableException.class)
          .hasMessageContaining("refused");
    }
  }

  @Test
  void detectsASilentHost() throws Exception {
    try (RealSshd frozen = RealSshd.start(directory.resolve("frozen"));
        SshHostAgent agent =
            agent(
                frozen.config("ServerAliveInterval 1", "ServerAliveCountMax 2"),
                HELLO + "; sleep 60")) {
      long[] start = new long[1];
      assertThatThrownBy(
              () ->
                  agent.call(
                      Host.named("target"),
                      HostCommand.restart(new App("blog"), RolloutId.random(), LockId.random()),
                      event -> {
                        frozen.signal("STOP");
                        start[0] = System.nanoTime();
                      }))
          .isInstanceOf(ConnectionLostException.class)
          .hasMessageContaining("no answer for 2 s");
      assertThat(Duration.ofNanos(System.nanoTime() - start[0])).isLessThan(Duration.ofSeconds(8));
    }
  }

  @Test
  void connectsAgainAfterAnIdleConnectionBroke() throws Exception {
    try (RealSshd flaky = RealSshd.start(directory.resolve("flaky"));
        SshHostAgent agent = agent(flaky.config(), HELLO)) {
      assertThat(call(agent, "target").exit()).isZero();
      flaky.dropConnections();
      assertThat(call(agent, "target").exit()).isZero();
    }
  }

  @Test
  void sharesOneConnectionForEachHost() throws Exception {
    try (RealSshd counted = RealSshd.start(directory.resolve("counted"), "MaxSessions 100");
        SshHostAgent agent = agent(counted.config(), "sleep 0.2; " + HELLO)) {
      callOften(agent, "target", 20);
      assertThat(logins(counted)).isEqualTo(1);
    }
  }

  @Test
  void opensMoreConnectionsAtTheLimitOfSessions() throws Exception {
    try (RealSshd narrow = RealSshd.start(directory.resolve("narrow"), "MaxSessions 1");
        SshHostAgent agent = agent(narrow.config(), "sleep 0.2; " + HELLO)) {
      callOften(agent, "target", 4);
    }
  }

  @Test
  void triesAgainWhenAServerRefusesConnections() throws Exception {
    try (RealSshd busy = RealSshd.start(directory.resolve("busy"), "MaxStartups 4:50:10");
        SshHostAgent agent = agent(manyHosts(busy), HELLO);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<HostReply>> calls = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        String host = "h" + i;
        calls.add(threads.submit(() -> call(agent, host)));
      }
      for (Future<HostReply> one : calls) {
        assertThat(one.get(60, TimeUnit.SECONDS).exit()).isZero();
      }
    }
  }

  @Test
  void closesWhileACommandRuns() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      SshHostAgent agent = agent(sshd.config(), HELLO + "; sleep 60");
      CountDownLatch running = new CountDownLatch(1);
      Future<HostReply> call =
          threads.submit(
              () ->
                  agent.call(
                      Host.named("target"),
                      HostCommand.restart(new App("blog"), RolloutId.random(), LockId.random()),
                      e -> running.countDown()));
      assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
      long start = System.nanoTime();
      agent.close();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
      assertThatThrownBy(() -> call.get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(ConnectionLostException.class);
    }
  }

  @Test
  void isInterruptedWhileItConnects() throws Exception {
    Path config = sshd.config("ProxyCommand sleep 60");
    try (SshHostAgent agent = agent(config, HELLO)) {
      AtomicReference<Throwable> end = new AtomicReference<>();
      Thread caller =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      call(agent, "target");
                    } catch (Throwable thrown) {
                      end.set(thrown);
                    }
                  });
      Thread.sleep(300);
      caller.interrupt();
      caller.join(5000);
      assertThat(end.get()).isInstanceOf(InterruptedException.class);
    }
  }

  private static void callOften(SshHostAgent agent, String host, int times) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<HostReply>> calls = new ArrayList<>();
      for (int i = 0; i < times; i++) {
        calls.add(threads.submit(() -> call(agent, host)));
      }
      for (Future<HostReply> one : calls) {
        assertThat(one.get(60, TimeUnit.SECONDS).exit()).isZero();
      }
    }
  }

  private static long logins(RealSshd server) throws Exception {
    return server.log().lines().filter(line -> line.contains("Accepted publickey")).count();
  }

  /** Names that all resolve to one server. */
  private static Path manyHosts(RealSshd server) throws Exception {
    String config = Files.readString(server.config()).replace("Host target", "Host target h*");
    Path file = Files.createTempFile(directory, "many", "");
    Files.writeString(file, config);
    return file;
  }
}
