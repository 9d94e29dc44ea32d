package dev.deployctl.ssh.transport;

import java.net.Socket;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An attempt to connect: the stage that it has reached, and the socket to close to end it. */
public final class Attempt {
  /** The stages of an attempt, with the text that follows "no answer within … s". */
  public enum Stage {
    RESOLVE("while its name was looked up"),
    HOP("while the jump host was connected to"),
    CONNECT("to the connection attempt"),
    BANNER("after the connection was made: no SSH banner was received"),
    KEY_EXCHANGE("during the key exchange"),
    LOGIN("during the login");

    private final String description;

    Stage(String description) {
      this.description = description;
    }

    public String description() {
      return description;
    }
  }

  private Stage stage = Stage.RESOLVE;
  private @Nullable Socket socket;
  private boolean late;
  private boolean ended;
  private Supplier<String> remarks = () -> "";

  public synchronized void at(Stage next) {
    stage = next;
  }

  public synchronized Stage stage() {
    return stage;
  }

  /** Sets a source of text that explains a failure, such as the output of a ProxyCommand. */
  synchronized void explainedBy(Supplier<String> source) {
    remarks = source;
  }

  public synchronized Optional<String> remark() {
    return Optional.of(remarks.get()).filter(text -> !text.isEmpty());
  }

  /** Registers the socket; closes it at once if the attempt has ended. */
  public synchronized void opened(Socket opened) {
    socket = opened;
    if (ended || late) {
      Sockets.close(opened);
    }
  }

  /** Starts another try. */
  public synchronized void again() {
    late = false;
    socket = null;
    stage = Stage.RESOLVE;
  }

  /** Closes the socket, so that reads and writes fail; another try may follow. */
  public void timeIsUp() {
    Socket open;
    synchronized (this) {
      late = true;
      open = socket;
    }
    if (open != null) {
      Sockets.close(open);
    }
  }

  /** Closes the socket; no other try follows. */
  public void end() {
    synchronized (this) {
      ended = true;
    }
    timeIsUp();
  }

  public synchronized boolean isEnded() {
    return ended;
  }
}
