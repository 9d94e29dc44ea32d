package dev.deployctl.fleet;

import dev.deployctl.event.HostError;
import dev.deployctl.event.HostEvent;
import dev.deployctl.model.App;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A command of an app in a container of its own, on one host. */
public final class OneOff {
  /** The command ended, and nobody knows how. */
  private static final int NOT_KNOWN = 70;

  private static final int INTERRUPTED = FailureKind.INTERRUPTED.exitCode();

  private final HostAgent agent;
  private final HostCommand command;
  private final Function<Host, String> look;

  /**
   * @param look says how to look after a command of a host that nobody follows any more
   */
  public OneOff(HostAgent agent, App app, List<String> words, Function<Host, String> look) {
    this.agent = agent;
    this.look = look;
    HostCommand all = HostCommand.of("run", app).with("--");
    for (String word : words) {
      all = all.with(word);
    }
    this.command = all;
  }

  /**
   * How it ended.
   *
   * @param code the command's own exit code; 0 also where it never ran
   */
  public record End(HostAnswer answer, int code) {}

  /** Takes what the host tells while the command runs. */
  public interface Listener {
    void line(HostEvent.LogLine line);

    /** Something that people should know, such as another command that runs. */
    void note(String text);
  }

  /** Runs it once. It is never repeated: nobody knows whether it would do harm a second time. */
  public End run(Host host, Listener listener) throws InterruptedException {
    int[] code = {0};
    AtomicReference<HostEvent.@Nullable RunStarted> started = new AtomicReference<>();
    try {
      HostReply reply =
          agent.ask(
              host,
              command,
              event -> {
                switch (event) {
                  case HostEvent.LogLine line -> listener.line(line);
                  case HostEvent.Warning warning -> listener.note(warning.message());
                  case HostEvent.RunStarted begun -> started.set(begun);
                  case HostEvent.RunFinished end ->
                      code[0] = end.exit() == null ? NOT_KNOWN : end.exit();
                  default -> {}
                }
              });
      return reply.last() instanceof HostEvent.RunFinished
          ? new End(new HostAnswer.Done(host, List.of()), code[0])
          : new End(new HostAnswer.Refused(host, reply.exit(), HostErrors.of(reply), List.of()), 0);
    } catch (HostUnreachableException unreachable) {
      return gone(host, unreachable.reason(), unreachable.hint());
    } catch (ConnectionLostException lost) {
      return gone(host, lost.reason() + "; " + state(started.get()), look.apply(host));
    } catch (InterruptedException interrupted) {
      HostError error =
          new HostError("interrupted", "interrupted", state(started.get()), look.apply(host), null);
      return new End(new HostAnswer.Refused(host, INTERRUPTED, error, List.of()), 0);
    }
  }

  private static String state(HostEvent.@Nullable RunStarted started) {
    return started == null
        ? "whether the command has begun is not known"
        : "the command goes on, in container " + started.container() + " on the host";
  }

  private static End gone(Host host, String reason, @Nullable String hint) {
    return new End(new HostAnswer.OutOfReach(host, reason, hint), 0);
  }
}
