package dev.deployctl.openssh.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The protocol of the agent, with correct and malformed answers. */
class SshAgentTest {
  private static final SshPublicKey KEY = TestKey.ed25519().key();

  @TempDir Path directory;

  /** A request to an agent. */
  @FunctionalInterface
  private interface Question<T> {
    T ask(SshAgent agent) throws IOException;
  }

  /** Asks an agent that gives one answer to any request and closes the connection. */
  private <T> T ask(byte[] answer, Question<T> question) throws IOException {
    Path socket = directory.resolve("agent-" + System.nanoTime());
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      Thread.ofVirtual()
          .start(
              () -> {
                try (SocketChannel client = server.accept()) {
                  client.read(ByteBuffer.allocate(10_000));
                  client.write(ByteBuffer.wrap(answer));
                } catch (IOException gone) {
                  // The test sees it on its own side.
                }
              });
      try (SshAgent agent = SshAgent.connect(socket)) {
        return question.ask(agent);
      }
    }
  }

  private static byte[] framed(WireWriter content) {
    return new WireWriter().string(content.bytes()).bytes();
  }

  @Test
  void listsKeysInTheAgentsOrder() throws IOException {
    SshPublicKey other = TestKey.rsa(2048).key();
    byte[] answer =
        framed(
            new WireWriter()
                .octet(12)
                .uint32(3)
                .string(KEY.blob())
                .string("first")
                .string(new byte[] {1, 2})
                .string("no key at all")
                .string(other.blob())
                .string("second"));
    List<SshAgent.Identity> identities = ask(answer, SshAgent::identities);
    assertThat(identities)
        .containsExactly(
            new SshAgent.Identity(KEY, "first"), new SshAgent.Identity(other, "second"));
  }

  @Test
  void returnsTheSignature() throws IOException {
    byte[] answer = framed(new WireWriter().octet(14).string("signature"));
    byte[] signature = ask(answer, agent -> agent.sign(KEY, new byte[3], 0));
    assertThat(signature).isEqualTo("signature".getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  @Test
  void reportsARefusalOfTheAgent() {
    byte[] refusal = framed(new WireWriter().octet(5));
    assertThatThrownBy(() -> ask(refusal, SshAgent::identities))
        .isInstanceOf(SshAgent.RefusedException.class);
    assertThatThrownBy(() -> ask(refusal, agent -> agent.sign(KEY, new byte[3], 0)))
        .isInstanceOf(SshAgent.RefusedException.class)
        .hasMessageContaining(KEY.fingerprint());
  }

  @Test
  void reportsMalformedAnswers() {
    List<byte[]> answers =
        List.of(
            new byte[0],
            new byte[] {0, 0},
            new byte[] {0, 0, 0, 0},
            new byte[] {-1, -1, -1, -1, 12},
            new byte[] {0, 0, 0, 9, 12, 0},
            framed(new WireWriter().octet(12)),
            framed(new WireWriter().octet(12).uint32(0xffffffffL)),
            framed(new WireWriter().octet(12).uint32(1).uint32(0x7fffffff)));
    for (byte[] answer : answers) {
      assertThatThrownBy(() -> ask(answer, SshAgent::identities)).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> ask(answer, agent -> agent.sign(KEY, new byte[3], 0)))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void reportsAMissingAgent() {
    assertThatThrownBy(() -> SshAgent.connect(directory.resolve("nobody")))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> SshAgent.connect(directory.resolve("x".repeat(300))))
        .isInstanceOf(IOException.class);
  }
}
