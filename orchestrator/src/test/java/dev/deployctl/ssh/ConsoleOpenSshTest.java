package dev.deployctl.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.fleet.ConnectionLostException;
import dev.deployctl.fleet.LocalTerminal;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.fleet.command.OneOffCommands;
import dev.deployctl.model.App;
import dev.deployctl.model.CommandLine;
import dev.deployctl.model.Host;
import dev.deployctl.model.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A terminal on a real host, byte by byte. */
@Timeout(60)
class ConsoleOpenSshTest {
  private static final HostCommand CONSOLE =
      OneOffCommands.console(
          new App("blog"), new Reason("case 4711"), new CommandLine(List.of("bin/rails", "c")));

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

  /** A terminal that a test types on and reads from. */
  private static final class FakeTerminal implements LocalTerminal {
    private final PipedOutputStream keys = new PipedOutputStream();
    private final PipedInputStream input = new PipedInputStream(64 * 1024);
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final CompletableFuture<Consumer<Size>> listener = new CompletableFuture<>();

    FakeTerminal() throws IOException {
      keys.connect(input);
    }

    void type(String text) throws IOException {
      keys.write(text.getBytes(StandardCharsets.UTF_8));
      keys.flush();
    }

    void resize(int columns, int rows) throws Exception {
      listener.get(20, TimeUnit.SECONDS).accept(new Size(columns, rows));
    }

    String shown() {
      synchronized (shown) {
        return shown.toString(StandardCharsets.UTF_8);
      }
    }

    void await(String text) throws InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      synchronized (shown) {
        while (!shown().contains(text)) {
          assertThat(System.nanoTime()).as("%s in %s", text, shown()).isLessThan(end);
          shown.wait(100);
        }
      }
    }

    @Override
    public String type() {
      return "xterm-256color";
    }

    @Override
    public Size size() {
      return new Size(97, 31);
    }

    @Override
    public InputStream input() {
      return input;
    }

    @Override
    public OutputStream output() {
      return new OutputStream() {
        @Override
        public void write(int one) {
          throw new UnsupportedOperationException();
        }

        @Override
        public void write(byte[] bytes, int from, int count) {
          synchronized (shown) {
            shown.write(bytes, from, count);
            shown.notifyAll();
          }
        }
      };
    }

    @Override
    public void onResize(Consumer<Size> consumer) {
      listener.complete(consumer);
    }

    @Override
    public void close() {}
  }

  private interface Session {
    void play(FakeTerminal terminal) throws Exception;
  }

  /** Runs a script in place of the host script with a terminal. Returns its exit code. */
  private static int open(String script, Session session) throws Exception {
    FakeTerminal terminal = new FakeTerminal();
    try (SshHostAgent agent = HostCalls.agent(sshd.config(), script);
        ExecutorService executor = Executors.newSingleThreadExecutor()) {
      Future<Integer> exit =
          executor.submit(() -> agent.open(Host.named("target"), CONSOLE, terminal));
      session.play(terminal);
      try {
        return exit.get(30, TimeUnit.SECONDS);
      } catch (java.util.concurrent.ExecutionException failed) {
        throw failed.getCause() instanceof Exception cause ? cause : failed;
      }
    }
  }

  @Test
  void theHostGetsTheTerminalItsSizeAndTheArguments() throws Exception {
    int exit =
        open(
            "echo \"$TERM $(stty size) $*\"; test -t 0 && test -t 1 && exit 7",
            terminal ->
                terminal.await(
                    "xterm-256color 31 97 console blog --reason=case 4711 --output=text"
                        + " -- bin/rails c"));
    assertThat(exit).isEqualTo(7);
  }

  @Test
  void aChangedWindowIsPassedOn() throws Exception {
    open(
        "trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.1; done",
        terminal -> {
          terminal.await("ready");
          terminal.resize(120, 50);
          terminal.await("50 120");
        });
  }

  @Test
  void everyByteArrivesAsItWasTyped() throws Exception {
    open(
        "echo ready; dd bs=1 count=8 2>/dev/null | od -An -tx1",
        terminal -> {
          terminal.await("ready");
          terminal.type("\u0003\r\u001a\u0004é\u0011\u0013");
          terminal.await("03 0d 1a 04 c3 a9 11 13");
        });
  }

  @Test
  void tenKilobytesThatArePastedArriveWhole() throws Exception {
    String paste = "0123456789abcde\r".repeat(640);
    open(
        "echo ready; head -c 10240 | md5sum",
        terminal -> {
          terminal.await("ready");
          terminal.type(paste);
          byte[] digest =
              java.security.MessageDigest.getInstance("MD5")
                  .digest(paste.getBytes(StandardCharsets.UTF_8));
          terminal.await(java.util.HexFormat.of().formatHex(digest));
        });
  }

  @Test
  void outputWithColoursAndUtf8IsShownAsItIs() throws Exception {
    open(
        "printf '\\033[31mrot\\033[0m 名前\\n'",
        terminal -> terminal.await("\u001b[31mrot\u001b[0m 名前"));
  }

  @Test
  void ctrlCEndsTheWaitForAHostThatSaysNothing() {
    assertThatThrownBy(() -> open("sleep 60", terminal -> terminal.type("\u0003")))
        .isInstanceOf(ConnectionLostException.class);
  }
}
