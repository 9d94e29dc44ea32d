package dev.deployctl.ssh;

import static dev.deployctl.ssh.HostCalls.call;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostEvent;
import dev.deployctl.fleet.ConnectionLostException;
import dev.deployctl.fleet.HostReply;
import dev.deployctl.fleet.HostUnreachableException;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.LockId;
import dev.deployctl.model.RolloutId;
import dev.deployctl.ssh.transport.Tail;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.junit.jupiter.api.Test;

/** Failures that a real server does not have on demand. Each ends soon and leaves no resource. */
class MisbehavingServerTest extends LeakFree {
  private static final byte[] HELLO =
      "{\"type\":\"version\",\"version\":\"1\",\"protocol\":1}\n".getBytes(UTF_8);

  @Test
  void reportsAServerThatIsSilentAtTheLogin() throws Exception {
    InProcessSshd server =
        closing(
            InProcessSshd.start(
                directory,
                ScriptedCommand.of(command -> {}),
                sshd ->
                    sshd.setPublickeyAuthenticator(
                        (user, key, session) -> {
                          sleep(3000);
                          return true;
                        })));
    SshHostAgent agent = agent(server.config(), Duration.ofMillis(1500));
    assertThatThrownBy(() -> call(agent, "target"))
        .isInstanceOf(HostUnreachableException.class)
        .hasMessageContaining("no answer within 1.5 s during the login");
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private SshHostAgent agentOf(ScriptedCommand.Play play, String... config) throws Exception {
    InProcessSshd server =
        closing(InProcessSshd.start(directory, ScriptedCommand.of(play), sshd -> {}));
    return agent(server.config(config), Duration.ofSeconds(10));
  }

  @Test
  void returnsTheAnswerOfACommand() throws Exception {
    SshHostAgent agent =
        agentOf(
            command -> {
              command.out().write(HELLO);
              command.out().flush();
              command.exit(3);
            });
    HostReply reply = call(agent, "target");
    assertThat(reply.exit()).isEqualTo(3);
    assertThat(reply.last()).isEqualTo(new AnswerEvents.Version(0, "1", 1));
  }

  @Test
  void reportsACommandWithoutAnExitCode() throws Exception {
    SshHostAgent agent = agentOf(command -> command.channel().close(false));
    assertThatThrownBy(() -> call(agent, "target"))
        .isInstanceOf(ConnectionLostException.class)
        .hasMessageContaining("it ended without an exit code");
  }

  @Test
  void reportsAServerThatClosesTheConnectionDuringACommand() throws Exception {
    SshHostAgent agent =
        agentOf(
            command -> {
              command.out().write(HELLO);
              command.out().flush();
              Thread.sleep(200);
              command.channel().getSession().close(true);
            });
    List<HostEvent> events = new ArrayList<>();
    assertThatThrownBy(
            () ->
                agent.call(
                    Host.named("target"),
                    HostCommand.restart(new App("blog"), RolloutId.random(), LockId.random()),
                    events::add))
        .isInstanceOf(ConnectionLostException.class);
    assertThat(events).hasSize(1);
  }

  @Test
  void reportsAServerThatStopsReading() throws Exception {
    SshHostAgent agent =
        agentOf(
            command -> command.channel().getSession().getIoSession().suspendRead(),
            "ServerAliveInterval 1",
            "ServerAliveCountMax 2");
    long start = System.nanoTime();
    assertThatThrownBy(() -> call(agent, "target"))
        .isInstanceOf(ConnectionLostException.class)
        .hasMessageContaining("no answer for 2 s");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void readsACommandThatWritesWithoutEnd() throws Exception {
    SshHostAgent agent =
        agentOf(
            command -> {
              byte[] line = "x".repeat(1000).getBytes(UTF_8);
              for (int i = 0; i < 20_000; i++) {
                command.err().write(line);
              }
              command.err().write("the end".getBytes(UTF_8));
              command.err().flush();
              for (int i = 0; i < 200; i++) {
                command.out().write(line); // one line of 200,000 characters
              }
              command.out().write('\n');
              command.out().write(HELLO);
              command.out().flush();
              command.exit(0);
            });
    HostReply reply = call(agent, "target");
    assertThat(reply.stderr()).hasSize(Tail.KEPT).endsWith("the end");
    assertThat(reply.last()).isInstanceOf(AnswerEvents.Version.class);
  }

  @Test
  void endsTheCommandWhenAConsumerFails() throws Exception {
    SshHostAgent agent =
        agentOf(
            command -> {
              command.out().write(HELLO);
              command.out().flush();
              Thread.sleep(60_000);
            });
    assertThatThrownBy(
            () ->
                agent.call(
                    Host.named("target"),
                    HostCommand.restart(new App("blog"), RolloutId.random(), LockId.random()),
                    event -> {
                      throw new IllegalStateException("mine");
                    }))
        .hasMessage("mine");
  }

  @Test
  void connectsToFiftyHostsWithHashedNamesAtOnce() throws Exception {
    InProcessSshd server =
        closing(
            InProcessSshd.start(
                directory,
                ScriptedCommand.of(
                    command -> {
                      command.out().write(HELLO);
                      command.out().flush();
                      command.exit(0);
                    }),
                sshd -> {}));
    Path known = directory.resolve("hashed");
    StringBuilder lines = new StringBuilder();
    StringBuilder config = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      lines.append(hashed("alias" + i)).append(' ').append(InProcessSshd.hostKey().line());
      lines.append('\n');
      config.append("Host h").append(i).append("\nHostKeyAlias alias").append(i).append('\n');
    }
    Files.writeString(known, lines);
    config.append("Host *\nUserKnownHostsFile ").append(known).append('\n');
    Path file = server.config();
    Files.writeString(file, config + Files.readString(file));
    SshHostAgent agent = agent(file, Duration.ofSeconds(60));
    try (ExecutorService threads = Executors.newFixedThreadPool(50)) {
      List<Future<HostReply>> calls = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        String host = "h" + i;
        calls.add(threads.submit(() -> call(agent, host)));
      }
      for (Future<HostReply> one : calls) {
        assertThat(one.get(90, TimeUnit.SECONDS).exit()).isZero();
      }
    }
  }

  private static String hashed(String name) throws Exception {
    byte[] salt = new byte[20];
    salt[0] = (byte) name.hashCode();
    Mac mac = Mac.getInstance("HmacSHA1");
    mac.init(new SecretKeySpec(salt, "HmacSHA1"));
    Base64.Encoder base64 = Base64.getEncoder();
    return "|1|"
        + base64.encodeToString(salt)
        + "|"
        + base64.encodeToString(mac.doFinal(name.getBytes(UTF_8)));
  }

  @Test
  void connectsToAServerThatDropsEveryOtherConnection() throws Exception {
    InProcessSshd server =
        closing(
            InProcessSshd.start(
                directory,
                ScriptedCommand.of(command -> command.exit(0)),
                sshd ->
                    sshd.addSessionListener(
                        new SessionListener() {
                          private int count;

                          @Override
                          public synchronized void sessionCreated(Session session) {
                            if (count++ % 2 == 0) {
                              session.close(true);
                            }
                          }
                        })));
    SshHostAgent agent = agent(server.config(), Duration.ofSeconds(10));
    for (int i = 0; i < 4; i++) {
      assertThat(call(agent, "h" + i).exit()).isZero();
    }
  }
}
