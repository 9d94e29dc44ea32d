package dev.deployctl.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.command.CommandFactory;

/** A command of the server inside the test, played by a piece of the test. */
final class ScriptedCommand implements Command {
  /** What the command does, on a thread of its own. */
  @FunctionalInterface
  interface Play {
    void run(ScriptedCommand command) throws Exception;
  }

  private final Play play;
  private OutputStream out = OutputStream.nullOutputStream();
  private OutputStream err = OutputStream.nullOutputStream();
  private ExitCallback exit = (code, message, closeImmediately) -> {};
  private ChannelSession channel = new ChannelSession();

  private ScriptedCommand(Play play) {
    this.play = play;
  }

  static CommandFactory of(Play play) {
    return (channel, command) -> new ScriptedCommand(play);
  }

  OutputStream out() {
    return out;
  }

  OutputStream err() {
    return err;
  }

  ChannelSession channel() {
    return channel;
  }

  void exit(int code) {
    exit.onExit(code, "", false);
  }

  @Override
  public void start(ChannelSession session, Environment environment) throws IOException {
    channel = session;
    Thread.ofVirtual()
        .name("play")
        .start(
            () -> {
              try {
                play.run(this);
              } catch (Exception brokenOff) {
                // The client has gone, which is what most tests are about.
              }
            });
  }

  @Override
  public void destroy(ChannelSession session) {
    // Nothing is held.
  }

  @Override
  public void setInputStream(InputStream in) {
    // Nothing is read.
  }

  @Override
  public void setOutputStream(OutputStream stream) {
    out = stream;
  }

  @Override
  public void setErrorStream(OutputStream stream) {
    err = stream;
  }

  @Override
  public void setExitCallback(ExitCallback callback) {
    exit = callback;
  }
}
