package dev.deployctl.ssh;

import static dev.deployctl.ssh.HostCalls.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.event.EventReader;
import dev.deployctl.fleet.HostUnreachableException;
import dev.deployctl.ssh.connect.ConnectionSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Closes the servers and agents of a test, and checks that no thread or socket is left. */
public abstract class LeakFree {
  static final Duration SHORT = Duration.ofMillis(700);
  protected @TempDir Path directory;
  private Leaks leaks;
  private final List<AutoCloseable> open = new ArrayList<>();

  /** The JDK keeps a socket open after its first connection. */
  @BeforeAll
  static void connectOnce(@TempDir Path once) throws Exception {
    try (InProcessSshd server =
            InProcessSshd.start(once, ScriptedCommand.of(command -> command.exit(0)), sshd -> {});
        SshHostAgent agent =
            new SshHostAgent(
                ConnectionSettings.defaults().withConfigFile(server.config()), new EventReader())) {
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

  protected <T extends AutoCloseable> T closing(T resource) {
    open.add(resource);
    return resource;
  }

  protected SshHostAgent agent(Path config, Duration timeout) {
    ConnectionSettings settings =
        ConnectionSettings.defaults().withConfigFile(config).withConnectTimeout(timeout);
    return closing(new SshHostAgent(settings, new EventReader()));
  }

  void assertUnreachable(int port, String... words) throws Exception {
    SshHostAgent agent = agent(InProcessSshd.config(directory, port), SHORT);
    long start = System.nanoTime();
    assertThatThrownBy(() -> call(agent, "target"))
        .isInstanceOf(HostUnreachableException.class)
        .hasMessageContainingAll(words);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
  }
}
