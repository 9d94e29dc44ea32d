package dev.deployctl.fleet;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostError;
import dev.deployctl.event.HostErrorKind;
import dev.deployctl.event.HostEvent;
import dev.deployctl.event.OneOffEvents;
import dev.deployctl.event.TransactionEvents;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.Host;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs a command of an app in a container of its own on one host, or follows one that runs. */
public final class OneOff {
  private final HostCall call;
  private final Timeline timeline;
  private final HostCommand command;
  private final Look look;

  /**
   * @param command starts the run, or attaches to one
   * @param look tells how a person looks after a run that nobody follows any more
   */
  public OneOff(HostAgent agent, Timeline timeline, HostCommand command, Look look) {
    this.call = new HostCall(agent, timeline);
    this.timeline = timeline;
    this.look = look;
    this.command = command;
  }

  /** Tells how a person looks after a run that nobody follows any more. */
  @FunctionalInterface
  public interface Look {
    /**
     * Returns the command line that shows how the run went on.
     *
     * @param run the host's id of the run; null where the host gave none
     */
    String after(Host host, @Nullable String run);
  }

  /**
   * The end of the command.
   *
   * @param code the command's own exit code; 0 also where it never ran
   */
  public record End(HostResult answer, int code) {}

  /** Receives what the host sends while the command runs. */
  public interface Listener {
    void line(AnswerEvents.LogLine line);

    /** Called with a warning, such as that another command runs. */
    void note(String text);

    /** Called when the host has not answered for a while. */
    default void waiting(String text) {}
  }

  /** Runs it once. It is never repeated: a second run might do harm. */
  public End run(Host host, Listener listener) throws InterruptedException {
    AtomicReference<OneOffEvents.@Nullable RunStarted> started = new AtomicReference<>();
    AtomicReference<OneOffEvents.@Nullable RunFinished> finished = new AtomicReference<>();
    try {
      HostResult result =
          follow(
              host,
              listener,
              event -> {
                switch (event) {
                  case AnswerEvents.LogLine line -> listener.line(line);
                  case TransactionEvents.Warning warning -> listener.note(warning.message());
                  case OneOffEvents.RunStarted begun -> started.set(begun);
                  case OneOffEvents.RunFinished end -> finished.set(end);
                  default -> {}
                }
              });
      return end(host, result, started.get(), finished.get());
    } catch (InterruptedException interrupted) {
      HostError error =
          HostErrorKind.INTERRUPTED.error(
              "interrupted", state(started.get()), look.after(host, id(started.get())));
      return new End(new HostResult.Refused(host, HostErrorKind.INTERRUPTED, error), 0);
    }
  }

  private HostResult follow(Host host, Listener listener, Consumer<HostEvent> each)
      throws InterruptedException {
    AtomicReference<@Nullable HostResult> result = new AtomicReference<>();
    SlowHosts slow = new SlowHosts(timeline, listener::waiting);
    slow.run(
        host,
        one ->
            result.set(
                call.follow(
                    one,
                    command,
                    event -> {
                      slow.heard(one);
                      each.accept(event);
                    })));
    return Objects.requireNonNull(result.get());
  }

  private End end(
      Host host,
      HostResult result,
      OneOffEvents.@Nullable RunStarted started,
      OneOffEvents.@Nullable RunFinished finished) {
    if (result instanceof HostResult.Unreachable lost) {
      return new End(
          lost.mayHaveRun()
              ? new HostResult.Unreachable(
                  host, lost.reason() + "; " + state(started), look.after(host, id(started)), true)
              : lost,
          0);
    }
    if (finished == null) {
      return new End(result, 0);
    }
    Integer exit = finished.exit();
    return new End(
        new HostResult.Answered(host, List.of()),
        exit == null ? HostErrorKind.INTERNAL.exitCode() : exit);
  }

  private static @Nullable String id(OneOffEvents.@Nullable RunStarted started) {
    return started == null ? null : started.run();
  }

  private static String state(OneOffEvents.@Nullable RunStarted started) {
    return started == null
        ? "it is not known whether the command started"
        : "the command continues in container " + started.container() + " on the host";
  }
}
