package dev.deployctl.ssh;

import static dev.deployctl.ssh.HostCalls.agent;
import static dev.deployctl.ssh.HostCalls.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.LockId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls that wait on a real host for their start. */
@Timeout(60)
class PreparedCallsOpenSshTest {
  private static final Host TARGET = Host.named("target");
  private static final HostCommand PREFLIGHT = HostCommand.preflight(new App("blog"));
  private static final HostCommand UNLOCK =
      HostCommand.unlock(new App("blog"), new LockId("l-7k2m"));
  private static final HostCommand OTHER =
      HostCommand.unlock(new App("blog"), new LockId("l-other"));

  @TempDir static Path directory;
  private static RealSshd sshd;

  @BeforeAll
  static void start() throws Exception {
    RealOpenSsh.required();
    sshd = RealSshd.start(directory.resolve("sshd"));
  }

  @AfterAll
  static void stop() {
    if (sshd != null) {
      sshd.close();
    }
  }

  @TempDir Path ofTest;

  private SshHostAgent host(boolean standby, String whilePrepared) throws IOException {
    // Records how each call of unlock begins and ends.
    String script =
        """
        log=%s
        case $1 in
        preflight) echo '{"type":"preflight.finished","ok":true,"protocol":1,"standby":%s}'; exit ;;
        esac
        case " $* " in
        *' --standby '*)
            echo waits >>$log
            %s
            read -r line
            [ "$line" = start ] || { echo "ends without a start" >>$log; exit 69; } ;;
        esac
        echo "runs $3" >>$log
        echo '{"type":"lock.released","app":"blog"}'
        """
            .formatted(log(), standby, whilePrepared);
    return agent(sshd.config(), script);
  }

  private Path log() {
    return ofTest.resolve("log");
  }

  private List<String> logged() throws IOException {
    return Files.exists(log()) ? Files.readAllLines(log()) : List.of();
  }

  private void awaitLogged(String... lines) throws Exception {
    while (!logged().equals(List.of(lines))) {
      Thread.sleep(20);
    }
  }

  @Test
  void startsTheCallThatWaits() throws Exception {
    try (SshHostAgent agent = host(true, ":")) {
      call(agent, "target", PREFLIGHT);
      agent.prepare(TARGET, UNLOCK);
      awaitLogged("waits");
      assertThat(call(agent, "target", UNLOCK).exit()).isZero();
      assertThat(logged()).containsExactly("waits", "runs --lock=l-7k2m");
      // Each is used once.
      assertThat(call(agent, "target", UNLOCK).exit()).isZero();
      assertThat(logged()).containsExactly("waits", "runs --lock=l-7k2m", "runs --lock=l-7k2m");
    }
  }

  @Test
  void startsNoCallButTheOneThatWasPrepared() throws Exception {
    try (SshHostAgent agent = host(true, ":")) {
      call(agent, "target", PREFLIGHT);
      agent.prepare(TARGET, UNLOCK);
      awaitLogged("waits");
      assertThat(call(agent, "target", OTHER).exit()).isZero();
      assertThat(logged()).containsExactly("waits", "runs --lock=l-other");
    }
    awaitLogged("waits", "runs --lock=l-other", "ends without a start");
  }

  @Test
  void endsCallsThatWereNeverStarted() throws Exception {
    try (SshHostAgent agent = host(true, ":")) {
      call(agent, "target", PREFLIGHT);
      agent.prepare(TARGET, UNLOCK);
      awaitLogged("waits");
    }
    awaitLogged("waits", "ends without a start");
  }

  @Test
  void callsAsUsualWhereThePreparedCallHasEnded() throws Exception {
    try (SshHostAgent agent = host(true, "exit 69")) {
      call(agent, "target", PREFLIGHT);
      agent.prepare(TARGET, UNLOCK);
      awaitLogged("waits");
      // A second command ends after the first one, so its end has arrived as well.
      call(agent, "target", OTHER);
      assertThat(call(agent, "target", UNLOCK).exit()).isZero();
      assertThat(logged()).containsExactly("waits", "runs --lock=l-other", "runs --lock=l-7k2m");
    }
  }

  @Test
  void preparesNothingOnAHostThatCannotWait() throws Exception {
    try (SshHostAgent agent = host(false, ":")) {
      call(agent, "target", PREFLIGHT);
      agent.prepare(TARGET, UNLOCK);
      assertThat(call(agent, "target", UNLOCK).exit()).isZero();
      assertThat(logged()).containsExactly("runs --lock=l-7k2m");
    }
  }
}
