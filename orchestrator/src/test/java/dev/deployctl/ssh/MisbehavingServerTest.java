package dev.deployctl.ssh;

import static dev.deployctl.ssh.OpenSshWorld.call;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.event.EventReader;
import dev.deployctl.event.HostEvent;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.Host;
import dev.deployctl.rollout.ConnectionLostException;
import dev.deployctl.rollout.HostCommand;
import dev.deployctl.rollout.HostReply;
import dev.deployctl.rollout.HostUnreachableException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bad days that a real server will not have on demand. Each ends soon, and leaves nothing. */
class MisbehavingServerTest {
  private static final Duration SHORT = Duration.ofMillis(700);
  private static final byte[] HELLO =
      "{\"type\":\"version\",\"version\":\"1\",\"protocol\":1}\n".getBytes(UTF_8);

  @TempDir Path directory;
  private Leaks leaks;
  private final List<AutoCloseable> open = new ArrayList<>();

  /** The JDK keeps a socket for itself from its first connection on. */
  @BeforeAll
  static void connectOnce(@TempDir Path once) throws Exception {
    try (InProcessSshd server =
            InProcessSshd.start(once, ScriptedCommand.of(command -> command.exit(0)), sshd -> {});
        SshHostAgent agent =
            new SshHostAgent(
                SshSettings.defaults().withConfigFile(server.config()), new EventReader())) {
      assertThat(call(agent, "target").exit()).isZero();
    }
  }

  @BeforeEach
  void remember() throws Exception {
    leaks = Leaks.before();
  }

  @AfterEach
  void leavesNothingBehind() throws Exception {
    for (AutoCloseable resource : open.reversed()) {
      resource.close();
    }
    leaks.assertNone(directory);
  }

  private <T extends AutoCloseable> T closing(T resource) {
    open.add(resource);
    return resource;
  }

  private SshHostAgent agent(Path config, Duration timeout) {
    SshSettings settings =
        SshSettings.defaults().withConfigFile(config).withConnectTimeout(timeout);
    return closing(new SshHostAgent(settings, new EventReader()));
  }

  private void assertUnreachable(int port, String... words) throws Exception {
    SshHostAgent agent = agent(InProcessSshd.config(directory, port), SHORT);
    long start = System.nanoTime();
    assertThatThrownBy(() -> call(agent, "target"))
        .isInstanceOf(HostUnreachableException.class)
        .hasMessageContainingAll(words);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
  }

  @Test
  void aServerThatDoesNotAnswerTheCall() throws Exception {
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<Socket> waiting = new ArrayList<>();
      try {
        while (waiting.size() < 50) { // until its queue is full
          Socket socket = new Socket();
          waiting.add(socket);
          socket.connect(new InetSocketAddress(full.getInetAddress(), full.getLocalPort()), 200);
        }
      } catch (SocketTimeoutException isFull) {
        assertUnreachable(full.getLocalPort(), "no answer within 0.7 s to the attempt to connect");
      } finally {
        for (Socket socket : waiting) {
          socket.close();
        }
      }
    }
  }

  @Test
  void aPortThatNobodyListensOn() throws Exception {
    assertUnreachable(RealSshd.freePort(), "127.0.0.1", "refused");
  }

  @Test
  void aNameThatNobodyKnows() throws Exception {
    Path config = Files.writeString(directory.resolve("config"), "HostName no-such-host.invalid\n");
    SshHostAgent agent = agent(config, SHORT);
    assertThatThrownBy(() -> call(agent, "target"))
        .isInstanceOf(HostUnreachableException.class)
        .hasMessageContaining("there is no host of the name no-such-host.invalid");
  }

  @Test
  void aConfigurationThatIsWrong() throws Exception {
    Path config = Files.writeString(directory.resolve("config"), "Port x\n");
    SshHostAgent agent = agent(config, SHORT);
    assertThatThrownBy(() -> call(agent, "target"))
        .isInstanceOf(HostUnreachableException.class)
        .hasMessageContaining(config + ":1: ");
    assertThatThrownBy(() -> agent.checkConfiguration(List.of(Host.named("target"))))
        .isInstanceOf(DeployException.class)
        .hasMessageContaining(config + ":1: ");
  }

  @Test
  void aServerThatNeverSaysHello() throws Exception {
    RudeServer server = closing(new RudeServer(socket -> Thread.sleep(60_000)));
    assertUnreachable(server.port(), "no answer within 0.7 s after the connection was made");
  }

  @Test
  void aServerThatSaysHelloLetterByLetter() throws Exception {
    RudeServer server =
        closing(
            new RudeServer(
                socket -> {
                  for (byte letter : "SSH-2.0-".repeat(100).getBytes(UTF_8)) {
                    socket.getOutputStream().write(letter);
                    Thread.sleep(200);
                  }
                }));
    assertUnreachable(server.port(), "no answer within 0.7 s");
  }

  @Test
  void aServerThatSpeaksAnotherProtocol() throws Exception {
    RudeServer server =
        closing(
            new RudeServer(
                socket -> {
                  socket
                      .getOutputStream()
                      .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF_8));
                  Thread.sleep(60_000);
                }));
    assertUnreachable(server.port(), "no answer within 0.7 s");
  }

  @Test
  void aServerThatNeverStopsTalking() throws Exception {
    RudeServer server =
        closing(
            new RudeServer(
                socket -> {
                  byte[] noise = "x".repeat(100).getBytes(UTF_8);
                  while (true) {
                    socket.getOutputStream().write(noise);
                  }
                }));
    assertUnreachable(server.port(), "127.0.0.1");
  }

  @Test
  void aServerThatHangsUpIsTriedAgainAFewTimes() throws Exception {
    RudeServer server = closing(new RudeServer(Socket::close));
    SshHostAgent agent =
        agent(InProcessSshd.config(directory, server.port()), Duration.ofSeconds(10));
    assertThatThrownBy(() -> call(agent, "target"))
        .isInstanceOf(HostUnreachableException.class)
        .hasMessageContaining("it hung up before it said hello");
    assertThat(server.connections()).isEqualTo(5);
  }

  @Test
  void aServerThatIsTriedAsOftenAsConfigured() throws Exception {
    int port = RealSshd.freePort();
    SshHostAgent agent =
        agent(InProcessSshd.config(directory, port, "ConnectionAttempts 2"), Duration.ofSeconds(5));
    long start = System.nanoTime();
    assertThatThrownBy(() -> call(agent, "target")).hasMessageContaining("refused");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(990));
  }

  @Test
  void aProgramThatEndsWhileItConnects() throws Exception {
    RudeServer server = closing(new RudeServer(socket -> Thread.sleep(60_000)));
    Path config = InProcessSshd.config(directory, server.port());
    SshHostAgent agent = agent(config, Duration.ofSeconds(60));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<HostReply> call = threads.submit(() -> call(agent, "target"));
      while (server.connections() == 0) {
        Thread.sleep(10);
      }
      agent.close();
      assertThatThrownBy(() -> call.get(5, TimeUnit.SECONDS))
          .hasCauseInstanceOf(HostUnreachableException.class)
          .hasMessageContaining("about to end");
    }
    assertThatThrownBy(() -> call(agent, "other")).hasMessageContaining("about to end");
  }

  @Test
  void aServerThatFallsSilentInTheKeyExchange() throws Exception {
    RudeServer server =
        closing(
            new RudeServer(
                socket -> {
                  socket.getOutputStream().write("SSH-2.0-OpenSSH_9.2\r\n".getBytes(UTF_8));
                  Thread.sleep(60_000);
                }));
    assertUnreachable(server.port(), "no answer within 0.7 s in the middle of the key exchange");
  }

  @Test
  void aServerThatSendsNoiseForAKeyExchange() throws Exception {
    RudeServer server =
        closing(
            new RudeServer(
                socket -> {
                  OutputStream out = socket.getOutputStream();
                  out.write("SSH-2.0-OpenSSH_9.2\r\n".getBytes(UTF_8));
                  byte[] noise = new byte[4096];
                  java.util.Arrays.fill(noise, (byte) 0x5a);
                  out.write(noise);
                  Thread.sleep(60_000);
                }));
    assertUnreachable(server.port(), "127.0.0.1");
  }

  @Test
  void aServerThatFallsSilentAtTheLogin() throws Exception {
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
        .hasMessageContaining("no answer within 1.5 s in the middle of the login");
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
  void aCommandThatAnswersAsItShould() throws Exception {
    SshHostAgent agent =
        agentOf(
            command -> {
              command.out().write(HELLO);
              command.out().flush();
              command.exit(3);
            });
    HostReply reply = call(agent, "target");
    assertThat(reply.exit()).isEqualTo(3);
    assertThat(reply.last()).isEqualTo(new HostEvent.Version(0, "1", 1));
  }

  @Test
  void aCommandThatEndsWithoutAnExitCode() throws Exception {
    SshHostAgent agent = agentOf(command -> command.channel().close(false));
    assertThatThrownBy(() -> call(agent, "target"))
        .isInstanceOf(ConnectionLostException.class)
        .hasMessageContaining("it ended without telling how");
  }

  @Test
  void aServerThatBreaksOffInTheMiddle() throws Exception {
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
            () -> agent.call(Host.named("target"), HostCommand.of("deploy"), events::add))
        .isInstanceOf(ConnectionLostException.class);
    assertThat(events).hasSize(1);
  }

  @Test
  void aServerThatStopsReading() throws Exception {
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
  void aCommandThatWritesWithoutEnd() throws Exception {
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
    assertThat(reply.last()).isInstanceOf(HostEvent.Version.class);
  }

  @Test
  void aConsumerThatFails() throws Exception {
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
                    HostCommand.of("deploy"),
                    event -> {
                      throw new IllegalStateException("mine");
                    }))
        .hasMessage("mine");
  }

  @Test
  void fiftyHostsAtOnceWithHashedNames() throws Exception {
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
  void aServerThatDropsEveryOtherConnection() throws Exception {
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
