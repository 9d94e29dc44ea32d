package dev.deployctl.openssh.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.model.DeployException;
import dev.deployctl.openssh.config.HostSettings.AddressFamily;
import dev.deployctl.openssh.config.HostSettings.StrictHostKeyChecking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SshConfigTest {
  @TempDir Path home;

  private LocalUser local(Map<String, String> environment) {
    return new LocalUser("alice", home, environment, () -> "1000", () -> "laptop.example.com");
  }

  private HostSettings settings(String host, Map<String, String> environment, String... lines)
      throws IOException {
    Path file = Files.createTempFile(home, "config", "");
    Files.write(file, List.of(lines));
    return SshConfig.ofFile(file, local(environment)).settings(SshConfigQuery.of(host));
  }

  private HostSettings settings(String... lines) throws IOException {
    return settings("web1", Map.of(), lines);
  }

  private void assertRefused(String message, String... lines) {
    assertThatThrownBy(() -> settings(lines))
        .isInstanceOf(DeployException.class)
        .hasMessageContaining(message);
  }

  @Test
  void usesTheDefaultsOfSsh() throws IOException {
    HostSettings web1 = settings();
    assertThat(web1.hostName()).isEqualTo("web1");
    assertThat(web1.port()).isEqualTo(22);
    assertThat(web1.user()).isEqualTo("alice");
    assertThat(web1.addressFamily()).isEqualTo(AddressFamily.ANY);
    assertThat(web1.identities())
        .contains(home.resolve(".ssh/id_ed25519"), home.resolve(".ssh/id_rsa"));
    assertThat(web1.identitiesGiven()).isFalse();
    assertThat(web1.agentSocket()).isEmpty();
    assertThat(web1.publicKeyAllowed()).isTrue();
    assertThat(web1.userKnownHosts())
        .containsExactly(home.resolve(".ssh/known_hosts"), home.resolve(".ssh/known_hosts2"));
    assertThat(web1.globalKnownHosts())
        .containsExactly(Path.of("/etc/ssh/ssh_known_hosts"), Path.of("/etc/ssh/ssh_known_hosts2"));
    assertThat(web1.names()).isEqualTo(HostNames.of("web1", 22));
    assertThat(web1.strictHostKeyChecking()).isEqualTo(StrictHostKeyChecking.ASK);
    assertThat(web1.connectTimeout()).isEmpty();
    assertThat(web1.serverAliveInterval()).isEmpty();
    assertThat(web1.serverAliveCountMax()).isEqualTo(3);
    assertThat(web1.jump()).isEmpty();
    assertThat(web1.proxyCommand()).isEmpty();
    assertThat(web1.environment()).isEmpty();
  }

  @Test
  void replacesTokensInPaths() throws IOException {
    HostSettings web1 =
        settings(
            "web1",
            Map.of("KEYS", "/keys"),
            "HostName %h.example.com",
            "User bob",
            "Port 2222",
            "IdentityFile ${KEYS}/%r@%h:%p-%n-%u-%i-%L-%%",
            "CertificateFile ~/certs/%l",
            "UserKnownHostsFile %d/known_%k",
            "HostKeyAlias WEB-1",
            "ProxyCommand nc -X %r %h %p");
    assertThat(web1.identities())
        .containsExactly(Path.of("/keys/bob@web1.example.com:2222-web1-alice-1000-laptop-%"));
    assertThat(web1.certificates()).containsExactly(home.resolve("certs/laptop.example.com"));
    assertThat(web1.userKnownHosts()).containsExactly(home.resolve("known_web-1"));
    assertThat(web1.names()).isEqualTo(HostNames.alias("web-1"));
    assertThat(web1.proxyCommand()).contains("nc -X bob web1.example.com 2222");
  }

  @Test
  void findsTheSocketOfTheAgent() throws IOException {
    Map<String, String> environment = Map.of("SSH_AUTH_SOCK", "/run/agent", "OTHER", "/run/other");
    assertThat(settings("h", environment).agentSocket()).contains(Path.of("/run/agent"));
    assertThat(settings("h", environment, "IdentityAgent none").agentSocket()).isEmpty();
    assertThat(settings("h", environment, "IdentityAgent SSH_AUTH_SOCK").agentSocket())
        .contains(Path.of("/run/agent"));
    assertThat(settings("h", environment, "IdentityAgent $OTHER").agentSocket())
        .contains(Path.of("/run/other"));
    assertThat(settings("h", environment, "IdentityAgent ~/%n.sock").agentSocket())
        .contains(home.resolve("h.sock"));
  }

  @Test
  void readsTheSettingsOfAConnection() throws IOException {
    HostSettings web1 =
        settings(
            "AddressFamily inet6",
            "BindAddress ::1",
            "ConnectTimeout 1m",
            "ConnectionAttempts 3",
            "ServerAliveInterval 20",
            "ServerAliveCountMax 2",
            "TCPKeepAlive no",
            "BatchMode yes",
            "HashKnownHosts yes",
            "IdentitiesOnly yes",
            "IdentityFile none",
            "GlobalKnownHostsFile none",
            "RequiredRSASize 2048",
            "Ciphers +aes256-cbc");
    assertThat(web1.addressFamily()).isEqualTo(AddressFamily.INET6);
    assertThat(web1.bindAddress()).contains("::1");
    assertThat(web1.connectTimeout()).contains(Duration.ofMinutes(1));
    assertThat(web1.connectionAttempts()).isEqualTo(3);
    assertThat(web1.serverAliveInterval()).contains(Duration.ofSeconds(20));
    assertThat(web1.serverAliveCountMax()).isEqualTo(2);
    assertThat(web1.tcpKeepAlive()).isFalse();
    assertThat(web1.hashKnownHosts()).isTrue();
    assertThat(web1.identitiesOnly()).isTrue();
    assertThat(web1.identities()).isEmpty();
    assertThat(web1.globalKnownHosts()).isEmpty();
    assertThat(web1.requiredRsaSize()).isEqualTo(2048);
    assertThat(web1.algorithms()).containsEntry("ciphers", "+aes256-cbc");
  }

  @Test
  void parsesTheHopsOfProxyJump() throws IOException {
    JumpHosts hop = settings("ProxyJump one:1,bob@two:2,[fe80::1]:3").jump().orElseThrow();
    assertThat(hop)
        .isEqualTo(
            new JumpHosts(
                Optional.empty(), "fe80::1", OptionalInt.of(3), Optional.of("one:1,bob@two:2")));
    assertThat(settings("ProxyJump none").jump()).isEmpty();
  }

  @Test
  void acceptsOnlyNewKeysWithoutStrictChecking() throws IOException {
    assertThat(settings("StrictHostKeyChecking no").strictHostKeyChecking())
        .isEqualTo(StrictHostKeyChecking.ACCEPT_NEW);
    assertThat(settings("StrictHostKeyChecking accept-new").strictHostKeyChecking())
        .isEqualTo(StrictHostKeyChecking.ACCEPT_NEW);
  }

  @Test
  void disablesPublicKeysWhereTheConfigurationDoes() throws IOException {
    assertThat(settings("PubkeyAuthentication no").publicKeyAllowed()).isFalse();
    assertThat(settings("PreferredAuthentications password").publicKeyAllowed()).isFalse();
    assertThat(settings("PreferredAuthentications password,publickey").publicKeyAllowed()).isTrue();
  }

  @Test
  void refusesUnsupportedKeywordsThatMakeConnectionsSafer() {
    assertRefused(":1: knownhostscommand is not supported", "KnownHostsCommand /bin/keys %H");
    assertRefused(":2: checkhostip is not supported", "", "CheckHostIP yes");
    assertRefused(
        ":2: canonicalizepermittedcnames is not supported",
        "CanonicalizeHostname yes",
        "CanonicalizePermittedCNAMEs *:*");
    assertRefused(
        ":2: proxyusefdpass is not supported", "ProxyCommand nc %h", "ProxyUseFDPass yes");
    assertRefused("RefuseConnection: not today", "RefuseConnection \"not today\"");
  }

  @Test
  void suggestsAnAlternativeToAnUnsupportedKeyword() {
    assertHint("UserKnownHostsFile", "KnownHostsCommand /bin/keys %H");
    assertHint("CheckHostIP no", "CheckHostIP yes");
    assertHint("HostName", "CanonicalizeHostname yes", "CanonicalizePermittedCNAMEs *:*");
    assertHint("ProxyJump", "ProxyCommand nc %h", "ProxyUseFDPass yes");
    assertHint("forbids", "RefuseConnection \"not today\"");
  }

  private void assertHint(String hint, String... lines) {
    assertThatThrownBy(() -> settings(lines))
        .isInstanceOfSatisfying(
            DeployException.class,
            refused -> {
              assertThat(refused.getMessage()).doesNotContain("has errors");
              assertThat(refused.hint()).contains(hint).doesNotContain("ssh -G");
            });
  }

  @Test
  void replacesTokensInProxyJump() throws IOException {
    String[] about = {"HostName 10.0.0.1", "User root", "Port 2222"};
    HostSettings web1 = settings(lines(about, "ProxyJump %r@first:23,%r-%%@j-%h-%n-%p:24"));
    JumpHosts jump = web1.jump().orElseThrow();
    assertThat(jump.user()).hasValue("root-%");
    assertThat(jump.host()).isEqualTo("j-10.0.0.1-web1-2222");
    assertThat(jump.port()).hasValue(24);
    assertThat(jump.before()).hasValue("root@first:23");
    assertRefused("unknown token %u", lines(about, "ProxyJump %u@jump"));
  }

  private static String[] lines(String[] first, String last) {
    return Stream.concat(Arrays.stream(first), Stream.of(last)).toArray(String[]::new);
  }

  @Test
  void acceptsUnsupportedKeywordsOfOtherHosts() throws IOException {
    assertThat(settings("Host other", "KnownHostsCommand /bin/keys").hostName()).isEqualTo("web1");
  }

  @Test
  void reportsAllErrorsAtOnce() {
    assertThatThrownBy(() -> settings("Port x", "Foo 1", "User", "BatchMode maybe", "Host"))
        .isInstanceOf(DeployException.class)
        .hasMessageContainingAll(":1: ", ":2: 'foo'", ":3: ", ":4: ", ":5: ");
  }

  @Test
  void skipsKeywordsWithoutEffectAndNotesEachOnce() throws IOException {
    HostSettings web1 =
        settings(
            "IgnoreUnknown Fancy*",
            "FancyThing 1",
            "UseKeychain yes",
            "LocalForward nonsense",
            "ForwardAgent",
            "ForwardAgent \"yes",
            "Host other",
            "Compression yes");
    assertThat(web1.notes())
        .hasSize(4)
        .allSatisfy(note -> assertThat(note).startsWith(home + "/config"))
        .last()
        .asString()
        .endsWith(": forwardagent is skipped: it has no effect on deployctl");
  }

  @Test
  void refusesAMisspelledKeywordAndSuggestsTheNearest() {
    assertRefused(":2: 'hostnam' is not a keyword of ssh; did you mean hostname?", "", "HostNam x");
    assertRefused(":1: 'loglevl' is not a keyword of ssh; did you mean loglevel?", "LogLevl INFO");
    assertRefused(":1: 'foo' is not a keyword of ssh", "Foo bar");
  }

  @Test
  void printsOnlyKeywordsThatHaveAnEffect() throws IOException {
    Path file = Files.writeString(home.resolve("config"), "Ciphers +aes256-cbc\nCompression yes\n");
    List<String> lines = SshConfig.ofFile(file, local(Map.of())).print(SshConfigQuery.of("web1"));
    assertThat(lines)
        .contains("hostname web1", "port 22", "stricthostkeychecking ask")
        .anyMatch(line -> line.matches("ciphers .*,aes256-cbc"))
        .noneMatch(line -> line.startsWith("compression") || line.startsWith("macs"));
  }

  @Test
  void refusesAMissingFileAndInvalidHostNames() {
    SshConfig absent = SshConfig.ofFile(home.resolve("absent"), local(Map.of()));
    assertThatThrownBy(() -> absent.settings(SshConfigQuery.of("web1")))
        .hasMessageContaining("there is no ssh_config");
    for (String host : List.of("", "-oProxyCommand=id", "a b", "a\nb")) {
      assertThatThrownBy(() -> SshConfig.empty().settings(SshConfigQuery.of(host)))
          .isInstanceOf(DeployException.class);
    }
  }

  @Test
  void refusesAConfigurationThatOthersCanWrite() throws IOException {
    Path ssh = Files.createDirectory(home.resolve(".ssh"));
    Path config = Files.writeString(ssh.resolve("config"), "User carol\n");
    LocalUser me =
        new LocalUser(System.getProperty("user.name"), home, Map.of(), () -> "0", () -> "laptop");
    assertThat(SshConfig.ofUser(me).settings(SshConfigQuery.of("web1")).user()).isEqualTo("carol");
    Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThatThrownBy(() -> SshConfig.ofUser(me).settings(SshConfigQuery.of("web1")))
        .hasMessageContaining("others can write it");
  }

  @Test
  void readsTheFilesOnceForManyHosts() throws IOException {
    Path file = Files.writeString(home.resolve("config"), "Host a*\nUser one\n");
    SshConfig config = SshConfig.ofFile(file, local(Map.of()));
    assertThat(config.settings(SshConfigQuery.of("a1")).user()).isEqualTo("one");
    Files.delete(file);
    assertThat(config.settings(SshConfigQuery.of("a2")).user()).isEqualTo("one");
    assertThat(config.settings(SshConfigQuery.of("b1")).user()).isEqualTo("alice");
  }
}
