package dev.deployctl.ssh;

import dev.deployctl.event.EventReader;
import dev.deployctl.event.HostEvent;
import dev.deployctl.fleet.HostReply;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import net.schmizz.sshj.common.SSHException;
import org.jspecify.annotations.Nullable;

/** One command on one host: started, its output read to the end, its exit code told. */
final class RemoteCall {
  /** How long a child that outlived its command may keep the output open, silent. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** The command ended in a way that tells nothing of its outcome. */
  static final class NoExitCode extends IOException {
    NoExitCode(String message) {
      super(message);
    }
  }

  private final CommandChannel channel;
  private final EventReader reader;
  private final Tail stderr = new Tail();
  private final Tail stray = new Tail();
  private @Nullable HostEvent last;

  RemoteCall(CommandChannel channel, EventReader reader) {
    this.channel = channel;
    this.reader = reader;
  }

  /** Asks the host to run the command. When this returns, it runs. */
  void start(String command, Map<String, String> environment) throws SSHException {
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      try {
        channel.setEnvVar(variable.getKey(), variable.getValue());
      } catch (net.schmizz.sshj.connection.ConnectionException notAccepted) {
        if (!channel.isOpen()) {
          throw notAccepted;
        }
      }
    }
    channel.exec(command);
  }

  /**
   * Reads events until the command has ended.
   *
   * @throws InterruptedException the thread was interrupted; the command was left alone
   */
  HostReply follow(Consumer<HostEvent> events) throws IOException, InterruptedException {
    Thread errors = Thread.ofVirtual().name("ssh-stderr").start(this::drain);
    Thread watch = Thread.ofVirtual().name("ssh-watch").start(this::watch);
    try {
      channel.getOutputStream().close(); // nothing is sent; a command that reads must not wait
      EventLines lines = new EventLines(channel.getInputStream());
      Optional<String> line = lines.next();
      while (line.isPresent()) {
        Optional<HostEvent> event = reader.read(line.get());
        if (event.isPresent()) {
          last = event.get();
          events.accept(event.get());
        } else {
          said(line.get());
        }
        line = lines.next();
      }
      if (channel.getExitStatus() == null && channel.getExitSignal() == null) {
        channel.awaitEnd();
      }
      errors.join(GRACE);
      return reply();
    } catch (IOException failed) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while a host was at work");
      }
      throw failed;
    } finally {
      channel.leave();
      watch.interrupt();
    }
  }

  private HostReply reply() throws NoExitCode {
    Integer exit = channel.getExitStatus();
    if (exit != null) {
      String errors = stderr.text();
      return new HostReply(exit, last, last == null && errors.isBlank() ? stray.text() : errors);
    }
    throw new NoExitCode(
        channel.getExitSignal() == null
            ? "it ended without telling how"
            : "it was ended by the signal " + channel.getExitSignal());
  }

  /** Keeps what is no event: nologin and banners say on standard output why there is none. */
  private void said(String line) {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    stray.add(bytes, bytes.length);
  }

  private void drain() {
    byte[] bytes = new byte[4096];
    InputStream in = channel.getErrorStream();
    try {
      for (int n = in.read(bytes); n > 0; n = in.read(bytes)) {
        stderr.add(bytes, n);
      }
    } catch (IOException broken) {
      // The reader of standard output is told as well, and says so.
    }
  }

  /** Ends the output of a command that has ended, where a child of it holds that open. */
  private void watch() {
    try {
      channel.awaitEnd();
      while (channel.isOpen() && channel.quietNanos() < GRACE.toNanos()) {
        Thread.sleep(GRACE.dividedBy(4));
      }
      channel.leave();
    } catch (InterruptedException over) {
      // The call has ended.
    }
  }
}
