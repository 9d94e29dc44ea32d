package dev.deployctl.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.event.EventReader;
import dev.deployctl.event.HostEvent;
import dev.deployctl.model.Host;
import dev.deployctl.rollout.HostCommand;
import dev.deployctl.rollout.HostReply;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way, against the OpenSSH server of this machine. */
class SshHostAgentOpenSshTest {
  @TempDir Path directory;

  @BeforeAll
  static void needsOpenSsh() {
    RealOpenSsh.required();
  }

  private static SshSettings settings(Path config, String script) {
    return SshSettings.defaults()
        .withConfigFile(config)
        .withCommandPrefix(List.of("/bin/sh", "-c", script, "deployctl-host"));
  }

  @Test
  void handsOverEventsExitCodeAndStandardError() throws Exception {
    String script =
        """
        echo '{"v":1,"seq":1,"type":"step.started","step":"pull"}'
        echo "args: $*" >&2
        echo '{"v":1,"seq":2,"type":"version","version":"1.2.3","protocol":1}'
        exit 73
        """;
    try (RealSshd sshd = RealSshd.start(directory);
        SshHostAgent agent = new SshHostAgent(settings(sshd.config(), script), new EventReader())) {
      List<HostEvent> events = new ArrayList<>();
      HostReply reply = agent.call(Host.named("target"), HostCommand.of("version"), events::add);
      assertThat(events)
          .containsExactly(
              new HostEvent.StepStarted(1, "pull"), new HostEvent.Version(2, "1.2.3", 1));
      assertThat(reply.exit()).isEqualTo(73);
      assertThat(reply.last()).isEqualTo(new HostEvent.Version(2, "1.2.3", 1));
      assertThat(reply.stderr()).isEqualTo("args: version --output=ndjson");
    }
  }
}
