package dev.deployctl.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.command.CommandFactory;

/** A command of the in-process server that the test implements. */
public final class ScriptedCommand implements Command {
  /** Runs the command on its own thread. */
  @FunctionalInterface
  public interface Play {
    void run(ScriptedCommand command) throws IOException, InterruptedException;
  }

  private final String line;
  private final Play play;
  private final CountDownLatch destroyed = new CountDownLatch(1);
  private InputStream in = InputStream.nullInputStream();
  private OutputStream out = OutputStream.nullOutputStream();
  private OutputStream err = OutputStream.nullOutputStream();
  private ExitCallback exit = (code, message, closeImmediately) -> {};
  private ChannelSession channel = new ChannelSession();

  private ScriptedCommand(String line, Play play) {
    this.line = line;
    this.play = play;
  }

  public static CommandFactory of(Play play) {
    return (channel, line) -> new ScriptedCommand(line, play);
  }

  /** Returns the command line of the request. */
  public String line() {
    return line;
  }

  public InputStream in() {
    return in;
  }

  public OutputStream out() {
    return out;
  }

  public OutputStream err() {
    return err;
  }

  public ChannelSession channel() {
    return channel;
  }

  /** Waits until the client has closed the channel. */
  public void awaitEnd() throws InterruptedException {
    destroyed.await();
  }

  public void exit(int code) {
    exit.onExit(code, "", false);
  }

  @Override
  public void start(ChannelSession session, Environment environment) {
    channel = session;
    Thread.ofVirtual()
        .name("play")
        .start(
            () -> {
              try {
                play.run(this);
              } catch (IOException | InterruptedException brokenOff) {
                // The client has disconnected, as most of these tests intend.
              }
            });
  }

  @Override
  public void destroy(ChannelSession session) {
    destroyed.countDown();
  }

  @Override
  public void setInputStream(InputStream stream) {
    in = stream;
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
