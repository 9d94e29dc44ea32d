package dev.deployctl.ssh;

import static dev.deployctl.ssh.LoginBed.assertLogsIn;
import static dev.deployctl.ssh.LoginBed.assertRefused;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that a real ssh-agent holds. */
class AgentLoginOpenSshTest {
  @TempDir static Path directory;
  @AutoClose private static LoginBed bed;

  @BeforeAll
  static void start() throws Exception {
    bed = LoginBed.start(directory);
  }

  @Test
  void takesKeysOfTheAgent() throws Exception {
    for (String type : List.of("ed25519", "ecdsa", "rsa")) {
      Path dir = Files.createTempDirectory(bed.directory(), "agent");
      try (RealAgent agent = RealAgent.start(dir)) {
        Path wrong = bed.key("agent_wrong_" + type, "ed25519");
        Path key = bed.key("agent_" + type, type);
        bed.authorize(key);
        agent.add(wrong);
        agent.add(key);
        assertLogsIn(bed.config("IdentityAgent " + agent.socket(), "IdentityFile none"));
        // With IdentitiesOnly the public half picks the key out of those the agent holds.
        Files.delete(key);
        Path config =
            bed.config(
                "IdentityAgent " + agent.socket(), "IdentityFile " + key, "IdentitiesOnly yes");
        assertLogsIn(config);
        Path none =
            bed.config(
                "IdentityAgent " + agent.socket(),
                "IdentityFile " + bed.file("absent"),
                "IdentitiesOnly yes");
        assertRefused(none, "there is no key");
      }
    }
  }

  @Test
  void saysThatTheAgentDoesNotAnswer() throws Exception {
    Path socket = bed.file("nobody.sock");
    assertRefused(
        bed.config("IdentityAgent " + socket, "IdentityFile none"), "the ssh-agent at " + socket);
  }
}
