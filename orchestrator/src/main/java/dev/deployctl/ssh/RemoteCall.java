package dev.deployctl.ssh;

import dev.deployctl.event.EventReader;
import dev.deployctl.event.HostEvent;
import dev.deployctl.fleet.HostReply;
import dev.deployctl.ssh.transport.CommandChannel;
import dev.deployctl.ssh.transport.Tail;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import net.schmizz.sshj.common.SSHException;
import org.jspecify.annotations.Nullable;

/** Runs one command of the host script with its input and reads its events. */
final class RemoteCall {
  /** The time that a child of an ended command may keep the output open without writing. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** The command ended without an exit code, so its outcome is unknown. */
  static final class NoExitCode extends IOException {
    NoExitCode(String message) {
      super(message);
    }
  }

  private final CommandChannel channel;
  private final EventReader reader;
  private final byte[] input;
  private final Tail stderr = new Tail();
  private final Tail stray = new Tail();
  private @Nullable HostEvent last;

  RemoteCall(CommandChannel channel, EventReader reader, byte[] input) {
    this.channel = channel;
    this.reader = reader;
    this.input = input;
  }

  /** Starts the command; returns when the host has accepted it. */
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
   * @throws InterruptedException if the thread was interrupted; the command goes on
   */
  HostReply follow(Consumer<HostEvent> events) throws IOException, InterruptedException {
    Thread errors =
        Thread.ofVirtual().name("ssh-stderr").start(() -> stderr.drain(channel.getErrorStream()));
    Thread watch = Thread.ofVirtual().name("ssh-watch").start(this::watch);
    Thread writer = Input.feed(channel, input);
    try {
      EventLines lines = new EventLines(channel.getInputStream());
      Optional<String> line = lines.next();
      while (line.isPresent()) {
        Optional<HostEvent> event = reader.read(line.get());
        if (event.isPresent()) {
          last = event.get();
          events.accept(event.get());
        } else {
          keep(line.get());
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
        throw new InterruptedException("interrupted while a command ran");
      }
      throw failed;
    } finally {
      channel.leave();
      watch.interrupt();
      writer.interrupt();
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
            ? "it ended without an exit code"
            : "it was terminated by the signal " + channel.getExitSignal());
  }

  /** Keeps a line that is not an event: nologin and banners explain on standard output. */
  private void keep(String line) {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    stray.add(bytes, bytes.length);
  }

  /** Ends the output of an ended command where a child of it keeps the output open. */
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
