package dev.deployctl.ssh.algorithms;

import static dev.deployctl.ssh.HostCalls.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.ssh.InProcessSshd;
import dev.deployctl.ssh.LeakFree;
import dev.deployctl.ssh.ScriptedCommand;
import dev.deployctl.ssh.SshHostAgent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import net.schmizz.sshj.common.Buffer;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.server.ServerBuilder;
import org.apache.sshd.server.SshServer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Post-quantum key exchange with an implementation that has the names of newer OpenSSH, too. */
class HybridExchangeTest extends LeakFree {
  private static final List<BuiltinDHFactories> FACTORIES =
      List.of(
          BuiltinDHFactories.mlkem768x25519,
          BuiltinDHFactories.sntrup761x25519,
          BuiltinDHFactories.sntrup761x25519_openssh);

  private static final byte[] HELLO =
      "{\"type\":\"version\",\"version\":\"1\",\"protocol\":1}\n".getBytes(StandardCharsets.UTF_8);

  private static void only(SshServer server, BuiltinDHFactories factory) {
    server.setKeyExchangeFactories(
        NamedFactory.setUpTransformedFactories(false, List.of(factory), ServerBuilder.DH2KEX));
  }

  private InProcessSshd server(BuiltinDHFactories factory) throws Exception {
    return closing(
        InProcessSshd.start(
            directory,
            ScriptedCommand.of(
                command -> {
                  command.out().write(HELLO);
                  command.out().flush();
                  command.exit(0);
                }),
            server -> only(server, factory)));
  }

  @TestFactory
  List<DynamicTest> connectsToAServerWithOnly() {
    return FACTORIES.stream()
        .map(
            factory ->
                DynamicTest.dynamicTest(
                    factory.getName(),
                    () -> {
                      assertThat(factory.isSupported()).isTrue();
                      InProcessSshd server = server(factory);
                      SshHostAgent agent = agent(server.config(), Duration.ofSeconds(60));
                      for (int i = 0; i < 10; i++) {
                        assertThat(call(agent, "h" + i).exit()).isZero();
                      }
                    }))
        .toList();
  }

  /** An integer would be written without its leading zeros, or with one more. */
  @Test
  void writesTheSecretAsAString() {
    for (String hex : List.of("0001ff", "ff80ff", "ffffff", "000000", "7f0000", "80ffff")) {
      byte[] bytes = HexFormat.of().parseHex(hex);
      byte[] written =
          new Buffer.PlainBuffer().putMPInt(new HybridExchange.Secret(bytes)).getCompactData();
      assertThat(HexFormat.of().formatHex(written)).isEqualTo("00000003" + hex);
    }
  }

  @Test
  void refusesAReplyOfTheWrongLength() {
    assertThatThrownBy(() -> MlKem768.generate().extract(new byte[3]))
        .isInstanceOf(java.security.GeneralSecurityException.class);
  }
}
