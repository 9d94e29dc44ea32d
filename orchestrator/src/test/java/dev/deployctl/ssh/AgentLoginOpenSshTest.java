package dev.deployctl.ssh;

import static dev.deployctl.ssh.LoginFixture.assertLogsIn;
import static dev.deployctl.ssh.LoginFixture.assertRefused;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logins with keys of a real ssh-agent. */
class AgentLoginOpenSshTest {
  @TempDir static Path directory;
  @AutoClose private static LoginFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture = LoginFixture.start(directory);
  }

  @Test
  void logsInWithKeysOfTheAgent() throws Exception {
    for (String type : List.of("ed25519", "ecdsa", "rsa")) {
      Path dir = Files.createTempDirectory(fixture.directory(), "agent");
      try (RealAgent agent = RealAgent.start(dir)) {
        Path wrong = fixture.key("agent_wrong_" + type, "ed25519");
        Path key = fixture.key("agent_" + type, type);
        fixture.authorize(key);
        agent.add(wrong);
        agent.add(key);
        assertLogsIn(fixture.config("IdentityAgent " + agent.socket(), "IdentityFile none"));
        // With IdentitiesOnly the public half picks the key out of those the agent holds.
        Files.delete(key);
        Path config =
            fixture.config(
                "IdentityAgent " + agent.socket(), "IdentityFile " + key, "IdentitiesOnly yes");
        assertLogsIn(config);
        Path none =
            fixture.config(
                "IdentityAgent " + agent.socket(),
                "IdentityFile " + fixture.file("absent"),
                "IdentitiesOnly yes");
        assertRefused(none, "there is no key");
      }
    }
  }

  @Test
  void reportsAnAgentThatDoesNotAnswer() throws Exception {
    Path socket = fixture.file("nobody.sock");
    assertRefused(
        fixture.config("IdentityAgent " + socket, "IdentityFile none"),
        "the ssh-agent at " + socket);
  }
}
