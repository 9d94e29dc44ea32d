package dev.deployctl.openssh.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.model.DeployException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Criteria of Match of newer versions than the installed ssh. */
class MatchCriteriaTest {
  @TempDir Path home;

  private HostSettings settings(String... lines) throws IOException {
    Path file = Files.createTempFile(home, "config", "");
    Files.write(file, List.of(lines));
    LocalUser alice = new LocalUser("alice", home, Map.of(), () -> "1000", () -> "laptop");
    return SshConfig.ofFile(file, alice).settings(SshConfigQuery.of("web1"));
  }

  private void assertRefused(String message, String... lines) {
    assertThatThrownBy(() -> settings(lines))
        .isInstanceOf(DeployException.class)
        .hasMessageContaining(message);
  }

  @Test
  void evaluatesTheMatchCriteriaOfNewerVersions() throws IOException {
    List<String> hold =
        List.of(
            "localnetwork 127.0.0.0/8",
            "localnetwork 203.0.113.0/24,127.0.0.1",
            "!localnetwork 203.0.113.0/24",
            "version OpenSSH_*",
            "version OpenSSH_1.*,OpenSSH_*",
            "!version OpenSSH_1.*",
            "sessiontype exec",
            "!sessiontype shell,subsystem",
            "command \"sudo *deployctl-host\"",
            "!command \"rsync *\"",
            "!command \"\"",
            "tagged \"\"",
            "tagged \"\" host web1");
    for (String criteria : hold) {
      assertThat(settings("Match " + criteria, "User joe").user()).as(criteria).isEqualTo("joe");
    }
    List<String> fail =
        List.of(
            "localnetwork 203.0.113.0/24",
            "localnetwork 2001:db8::/32",
            "!localnetwork 127.0.0.0/8",
            "version OpenSSH_1.*",
            "sessiontype shell",
            "sessiontype none",
            "command \"rsync *\"",
            "command \"\"",
            "!tagged \"\"",
            "tagged prod");
    for (String criteria : fail) {
      assertThat(settings("Match " + criteria, "User joe").user()).as(criteria).isEqualTo("alice");
    }
    assertThat(settings("Tag prod", "Match tagged \"\"", "User joe").user()).isEqualTo("alice");
    assertThat(settings("Tag prod", "Match tagged pr*", "User joe").user()).isEqualTo("joe");
    for (String wrong :
        List.of("10.0.0.0/33", "10.0.0.1/8", "ten/8", "10.0.0.0/", "2001:db8::/129")) {
      assertRefused("localnetwork takes networks", "Match localnetwork " + wrong);
    }
    for (String criterion :
        List.of("localnetwork", "version", "sessiontype", "command", "tagged")) {
      assertRefused("lacks its argument", "Match " + criterion);
    }
  }

  @Test
  void parsesTheVersionOfSsh() {
    assertThat(InstalledSsh.read("OpenSSH_10.0p2 Debian-7, OpenSSL 3.5.1 1 Jul 2025\n"))
        .isEqualTo("OpenSSH_10.0p2 Debian-7");
    assertThat(InstalledSsh.read("OpenSSH_9.8p1, LibreSSL 3.3.6\r\n")).isEqualTo("OpenSSH_9.8p1");
    assertThat(InstalledSsh.read("Sun_SSH_1.1")).startsWith("OpenSSH_");
  }
}
