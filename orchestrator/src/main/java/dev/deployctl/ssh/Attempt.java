package dev.deployctl.ssh;

import java.net.Socket;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An attempt to connect: how far it has come, and what to close when it must end. */
final class Attempt {
  /** How far an attempt has come; the words complete "no answer from the host …". */
  enum Stage {
    RESOLVE("while its name was looked up"),
    HOP("while the host before it was reached"),
    CONNECT("to the attempt to connect"),
    BANNER("after the connection was made: no SSH server says hello there"),
    KEY_EXCHANGE("in the middle of the key exchange"),
    LOGIN("in the middle of the login");

    private final String words;

    Stage(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  private Stage stage = Stage.RESOLVE;
  private @Nullable Socket socket;
  private boolean late;
  private boolean ended;
  private Supplier<String> remarks = () -> "";

  synchronized void at(Stage next) {
    stage = next;
  }

  synchronized Stage stage() {
    return stage;
  }

  /** Something that explains a failure: what a proxy command says, say. */
  synchronized void explainedBy(Supplier<String> source) {
    remarks = source;
  }

  synchronized Optional<String> remark() {
    return Optional.of(remarks.get()).filter(text -> !text.isEmpty());
  }

  /** Takes a socket under its wings; one that comes too late is closed at once. */
  synchronized void opened(Socket opened) {
    socket = opened;
    if (ended || late) {
      Sockets.close(opened);
    }
  }

  /** Begins another try. */
  synchronized void again() {
    late = false;
    socket = null;
    stage = Stage.RESOLVE;
  }

  /** Closes what is open, so that whoever waits for it fails; another try may follow. */
  void timeIsUp() {
    Socket open;
    synchronized (this) {
      late = true;
      open = socket;
    }
    if (open != null) {
      Sockets.close(open);
    }
  }

  /** The same, and no other try follows. */
  void end() {
    synchronized (this) {
      ended = true;
    }
    timeIsUp();
  }

  synchronized boolean isEnded() {
    return ended;
  }
}
