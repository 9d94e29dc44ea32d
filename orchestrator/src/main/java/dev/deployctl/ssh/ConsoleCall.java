package dev.deployctl.ssh;

import dev.deployctl.fleet.LocalTerminal;
import dev.deployctl.ssh.transport.CommandChannel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.EnumMap;
import java.util.Map;
import net.schmizz.sshj.common.SSHException;
import net.schmizz.sshj.connection.channel.direct.PTYMode;
import net.schmizz.sshj.transport.TransportException;

/** Runs one command with a terminal, and passes bytes between it and the user's own. */
final class ConsoleCall {
  private static final int CTRL_C = 3;

  /**
   * The host's terminal hands over every byte as it is: line editing and Ctrl-C belong to the
   * program in the container, which has a terminal of its own. Only the ends of lines are made for
   * a terminal, for messages of sudo and the host script.
   */
  private static final Map<PTYMode, Integer> MODES =
      new EnumMap<>(
          Map.of(
              PTYMode.ICANON, 0,
              PTYMode.ECHO, 0,
              PTYMode.ISIG, 0,
              PTYMode.IEXTEN, 0,
              PTYMode.ICRNL, 0,
              PTYMode.IXON, 0,
              PTYMode.OPOST, 1,
              PTYMode.ONLCR, 1));

  private final CommandChannel channel;
  private final LocalTerminal terminal;
  private volatile boolean answered;

  ConsoleCall(CommandChannel channel, LocalTerminal terminal) {
    this.channel = channel;
    this.terminal = terminal;
  }

  /** Starts the command; returns when the host has accepted it. */
  void start(String command) throws SSHException {
    LocalTerminal.Size size = terminal.size();
    channel.allocatePTY(terminal.type(), size.columns(), size.rows(), 0, 0, MODES);
    channel.exec(command);
    terminal.onResize(this::resize);
  }

  private void resize(LocalTerminal.Size size) {
    try {
      channel.changeWindowDimensions(size.columns(), size.rows(), 0, 0);
    } catch (TransportException broken) {
      // The reader of the output reports the broken connection.
    }
  }

  /** Passes bytes on until the command has ended. Returns its exit code. */
  int follow() throws IOException, InterruptedException {
    Thread.ofPlatform().daemon().name("console-input").start(this::input);
    try {
      InputStream in = channel.getInputStream();
      OutputStream out = terminal.output();
      byte[] bytes = new byte[16 * 1024];
      for (int n = in.read(bytes); n > 0; n = in.read(bytes)) {
        answered = true;
        out.write(bytes, 0, n);
        out.flush();
      }
      channel.awaitEnd();
      Integer exit = channel.getExitStatus();
      if (exit == null) {
        throw new IOException("it ended without an exit code");
      }
      return exit;
    } catch (IOException failed) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while a console was open");
      }
      throw failed;
    } finally {
      channel.leave();
    }
  }

  private void input() {
    byte[] bytes = new byte[16 * 1024];
    try {
      OutputStream to = channel.getOutputStream();
      InputStream from = terminal.input();
      for (int n = from.read(bytes); n > 0; n = from.read(bytes)) {
        // A host that does not answer cannot be told to stop: Ctrl-C then ends the wait.
        if (!answered && bytes[0] == CTRL_C) {
          channel.leave();
          return;
        }
        to.write(bytes, 0, n);
        to.flush();
      }
      to.close();
    } catch (IOException ended) {
      // The command has ended, or the connection is lost: the reader of the output reports it.
    }
  }
}
