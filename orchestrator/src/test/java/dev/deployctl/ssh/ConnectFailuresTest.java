package dev.deployctl.ssh;

import static dev.deployctl.ssh.HostCalls.call;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.fleet.HostReply;
import dev.deployctl.fleet.HostUnreachableException;
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
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Attempts to connect that fail. Each ends soon, with a reason. */
class ConnectFailuresTest extends LeakFree {
  @Test
  void reportsAHostThatDoesNotAnswer() throws Exception {
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<Socket> waiting = new ArrayList<>();
      try {
        while (waiting.size() < 50) { // until its queue is full
          Socket socket = new Socket();
          waiting.add(socket);
          socket.connect(new InetSocketAddress(full.getInetAddress(), full.getLocalPort()), 200);
        }
      } catch (SocketTimeoutException isFull) {
        assertUnreachable(full.getLocalPort(), "no answer within 0.7 s to the connection attempt");
      } finally {
        for (Socket socket : waiting) {
          socket.close();
        }
      }
    }
  }

  @Test
  void reportsARefusedConnection() throws Exception {
    assertUnreachable(RealSshd.freePort(), "127.0.0.1", "refused");
  }

  @Test
  void reportsAnUnknownHostName() throws Exception {
    Path config = Files.writeString(directory.resolve("config"), "HostName no-such-host.invalid\n");
    SshHostAgent agent = agent(config, SHORT);
    assertThatThrownBy(() -> call(agent, "target"))
        .isInstanceOf(HostUnreachableException.class)
        .hasMessageContaining("there is no host with the name no-such-host.invalid");
  }

  @Test
  void reportsErrorsInSshConfig() throws Exception {
    Path config = Files.writeString(directory.resolve("config"), "Port x\n");
    SshHostAgent agent = agent(config, SHORT);
    assertThatThrownBy(() -> call(agent, "target"))
        .isInstanceOf(HostUnreachableException.class)
        .hasMessageContaining(config + ":1: ");
  }

  @Test
  void reportsAServerWithoutABanner() throws Exception {
    NonSshServer server = closing(new NonSshServer(socket -> Thread.sleep(60_000)));
    assertUnreachable(server.port(), "no answer within 0.7 s after the connection was made");
  }

  @Test
  void reportsAServerThatSendsItsBannerTooSlowly() throws Exception {
    NonSshServer server =
        closing(
            new NonSshServer(
                socket -> {
                  for (byte letter : "SSH-2.0-".repeat(100).getBytes(UTF_8)) {
                    socket.getOutputStream().write(letter);
                    Thread.sleep(200);
                  }
                }));
    assertUnreachable(server.port(), "no answer within 0.7 s");
  }

  @Test
  void reportsAServerOfAnotherProtocol() throws Exception {
    NonSshServer server =
        closing(
            new NonSshServer(
                socket -> {
                  socket
                      .getOutputStream()
                      .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF_8));
                  Thread.sleep(60_000);
                }));
    assertUnreachable(server.port(), "no answer within 0.7 s");
  }

  @Test
  void reportsAServerThatSendsTooMuch() throws Exception {
    NonSshServer server =
        closing(
            new NonSshServer(
                socket -> {
                  byte[] noise = "x".repeat(100).getBytes(UTF_8);
                  while (true) {
                    socket.getOutputStream().write(noise);
                  }
                }));
    assertUnreachable(server.port(), "127.0.0.1");
  }

  @Test
  void triesAgainWhenAServerClosesTheConnection() throws Exception {
    NonSshServer server = closing(new NonSshServer(Socket::close));
    SshHostAgent agent =
        agent(InProcessSshd.config(directory, server.port()), Duration.ofSeconds(10));
    assertThatThrownBy(() -> call(agent, "target"))
        .isInstanceOf(HostUnreachableException.class)
        .hasMessageContaining("the host closed the connection before the SSH banner");
    assertThat(server.connections()).isEqualTo(5);
  }

  @Test
  void triesAsOftenAsConfigured() throws Exception {
    int port = RealSshd.freePort();
    SshHostAgent agent =
        agent(InProcessSshd.config(directory, port, "ConnectionAttempts 2"), Duration.ofSeconds(5));
    long start = System.nanoTime();
    assertThatThrownBy(() -> call(agent, "target")).hasMessageContaining("refused");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(990));
  }

  @Test
  void failsConnectionsWhenItIsClosed() throws Exception {
    NonSshServer server = closing(new NonSshServer(socket -> Thread.sleep(60_000)));
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
          .hasMessageContaining("deployctl is exiting");
    }
    assertThatThrownBy(() -> call(agent, "other")).hasMessageContaining("deployctl is exiting");
  }

  @Test
  void reportsAServerThatIsSilentInTheKeyExchange() throws Exception {
    NonSshServer server =
        closing(
            new NonSshServer(
                socket -> {
                  socket.getOutputStream().write("SSH-2.0-OpenSSH_9.2\r\n".getBytes(UTF_8));
                  Thread.sleep(60_000);
                }));
    assertUnreachable(server.port(), "no answer within 0.7 s during the key exchange");
  }

  @Test
  void reportsAServerThatSendsNoiseInTheKeyExchange() throws Exception {
    NonSshServer server =
        closing(
            new NonSshServer(
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
}
