package dev.deployctl.ssh;

import static dev.deployctl.ssh.HostCalls.HELLO;
import static dev.deployctl.ssh.HostCalls.agent;
import static dev.deployctl.ssh.HostCalls.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.EventReader;
import dev.deployctl.event.HostEvent;
import dev.deployctl.event.TransactionEvents;
import dev.deployctl.fleet.ConnectionLostException;
import dev.deployctl.fleet.HostReply;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.LockId;
import dev.deployctl.model.RolloutId;
import dev.deployctl.ssh.connect.ConnectionSettings;
import dev.deployctl.ssh.transport.Tail;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

/** Commands on a real host: start, output, and every kind of end. */
class CallsOpenSshTest {
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
  void returnsEventsExitCodeAndStandardError() throws Exception {
    String script =
        """
        echo '{"v":1,"seq":1,"type":"step.started","step":"pull"}'
        echo "args: $*" >&2
        echo 'no event at all'
        echo '{"v":1,"seq":2,"type":"version","version":"1.2.3","protocol":1}'
        exit 73
        """;
    try (SshHostAgent agent = agent(sshd.config(), script)) {
      List<HostEvent> events = new ArrayList<>();
      Thread caller = Thread.currentThread();
      HostReply reply =
          agent.call(
              Host.named("target"),
              HostCommand.version(),
              event -> {
                assertThat(Thread.currentThread()).isSameAs(caller);
                events.add(event);
              });
      assertThat(events)
          .containsExactly(
              new TransactionEvents.StepStarted(1, "pull"),
              new AnswerEvents.Version(2, "1.2.3", 1));
      assertThat(reply.exit()).isEqualTo(73);
      assertThat(reply.last()).isEqualTo(new AnswerEvents.Version(2, "1.2.3", 1));
      assertThat(reply.stderr()).isEqualTo("args: version --output=ndjson");
    }
  }

  @Test
  void deliversEventsAtOnce() throws Exception {
    String script = HELLO + "; read -r nothing; sleep 30";
    try (SshHostAgent agent = agent(sshd.config(), script);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CountDownLatch seen = new CountDownLatch(1);
      Future<HostReply> call =
          threads.submit(
              () ->
                  agent.call(
                      Host.named("target"), HostCommand.version(), event -> seen.countDown()));
      assertThat(seen.await(20, TimeUnit.SECONDS)).isTrue();
      call.cancel(true);
    }
  }

  @Test
  void passesEveryArgumentUnchanged() throws Exception {
    List<String> words =
        List.of("a b", "it's", "$(id)", "`id`", "\"", "\\", "*", ";id", "", "é\u202e", "a\nb", "~");
    List<String> prefix = new ArrayList<>();
    prefix.addAll(List.of("/bin/sh", "-c", "printf '<%s>' \"$@\" >&2", "deployctl-host"));
    prefix.addAll(words);
    ConnectionSettings settings =
        ConnectionSettings.defaults().withConfigFile(sshd.config()).withCommandPrefix(prefix);
    try (SshHostAgent agent = new SshHostAgent(settings, new EventReader())) {
      HostReply reply = call(agent, "target");
      assertThat(reply.stderr())
          .isEqualTo(
              "<a b><it's><$(id)><`id`><\"><\\><*><;id><><é><a\nb><~><version>"
                  + "<--output=ndjson>");
    }
  }

  @Test
  void reportsACommandThatTheShellCannotRun() throws Exception {
    ConnectionSettings settings =
        ConnectionSettings.defaults()
            .withConfigFile(sshd.config())
            .withCommandPrefix(List.of("/nonexistent/deployctl-host"));
    HostReply reply = HostCalls.hello(settings);
    assertThat(reply.exit()).isEqualTo(127);
    assertThat(reply.last()).isNull();
    assertThat(reply.stderr()).contains("/nonexistent/deployctl-host");
  }

  @Test
  void distinguishesAKilledCommandFromAnEndedOne() throws Exception {
    try (SshHostAgent agent = agent(sshd.config(), "kill -9 $$")) {
      assertThatThrownBy(() -> call(agent, "target"))
          .isInstanceOf(ConnectionLostException.class)
          .hasMessageContaining("signal KILL");
    }
  }

  @Test
  void doesNotWaitForAChildThatKeepsTheOutputOpen() throws Exception {
    String script = "sleep 60 & echo $! >&2; " + HELLO + "; exit 5";
    try (SshHostAgent agent = agent(sshd.config(), script)) {
      long start = System.nanoTime();
      HostReply reply = call(agent, "target");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
      assertThat(reply.exit()).isEqualTo(5);
      assertThat(reply.last()).isInstanceOf(AnswerEvents.Version.class);
      // The connection still works, also when the child writes later.
      assertThat(call(agent, "target").exit()).isEqualTo(5);
      ProcessHandle.of(Long.parseLong(reply.stderr())).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void ignoresOutputOfAChildAfterTheEnd() throws Exception {
    String script = "(sleep 2; echo late; echo late >&2) & " + HELLO;
    try (SshHostAgent agent = agent(sshd.config(), script)) {
      assertThat(call(agent, "target").exit()).isZero();
      Thread.sleep(2500);
      assertThat(call(agent, "target").exit()).isZero();
    }
  }

  @Test
  void readsLargeOutputOnBothStreams() throws Exception {
    String script =
        "head -c 8000000 /dev/zero | tr '\\0' x >&2; echo end >&2;"
            + " head -c 100000 /dev/zero | tr '\\0' y; echo; "
            + HELLO;
    try (SshHostAgent agent = agent(sshd.config(), script)) {
      HostReply reply = call(agent, "target");
      assertThat(reply.exit()).isZero();
      assertThat(reply.stderr()).hasSize(Tail.KEPT - 1).endsWith("x" + "end");
      assertThat(reply.last()).isInstanceOf(AnswerEvents.Version.class);
    }
  }

  @Test
  void returnsAtOnceWhenInterruptedWhileTheCommandGoesOn() throws Exception {
    Path done = directory.resolve("done");
    String script = HELLO + "; sleep 2; touch " + done;
    try (SshHostAgent agent = agent(sshd.config(), script)) {
      CountDownLatch running = new CountDownLatch(1);
      AtomicReference<Throwable> end = new AtomicReference<>();
      Thread caller =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      agent.call(
                          Host.named("target"),
                          HostCommand.restart(new App("blog"), RolloutId.random(), LockId.random()),
                          event -> running.countDown());
                    } catch (Throwable thrown) {
                      end.set(thrown);
                    }
                  });
      assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
      long start = System.nanoTime();
      caller.interrupt();
      caller.join(10_000);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
      assertThat(end.get()).isInstanceOf(InterruptedException.class);
      assertThat(call(agent, "target").exit()).isZero();
      assertThat(done).exists();
    }
  }

  @Test
  void sendsTheVariablesOfSshConfigExceptTheLanguage() throws Exception {
    Path config = sshd.config("SendEnv MY_* LANG", "SetEnv EXTRA=1 LC_ALL=de_DE");
    ConnectionSettings settings =
        HostCalls.settings(config, "echo $MY_VAR,$EXTRA,$LANG,$LC_ALL >&2")
            .withLocal(
                new dev.deployctl.openssh.config.LocalUser(
                    System.getProperty("user.name"),
                    Path.of(System.getProperty("user.home")),
                    Map.of("MY_VAR", "mine", "LANG", "ja_JP.UTF-8"),
                    () -> "0",
                    () -> "here"));
    assertThat(HostCalls.hello(settings).stderr()).startsWith("mine,1,").doesNotContain("_");
  }
}
