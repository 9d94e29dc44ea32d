package dev.deployctl.rollout;

import dev.deployctl.event.HostEvent;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import java.util.List;
import java.util.function.Consumer;

/** A command of an app in a container of its own, on one host. */
public final class OneOff {
  /** The command ended, and nobody knows how. */
  private static final int NOT_KNOWN = 70;

  private final HostAgent agent;
  private final HostCommand command;

  public OneOff(HostAgent agent, App app, List<String> words) {
    this.agent = agent;
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

  /** Runs it once. It is never repeated: nobody knows whether it would do harm a second time. */
  public End run(Host host, Consumer<HostEvent.LogLine> lines) throws InterruptedException {
    int[] code = {0};
    try {
      HostReply reply =
          agent.ask(
              host,
              command,
              event -> {
                switch (event) {
                  case HostEvent.LogLine line -> lines.accept(line);
                  case HostEvent.RunFinished end ->
                      code[0] = end.exit() == null ? NOT_KNOWN : end.exit();
                  default -> {}
                }
              });
      return reply.last() instanceof HostEvent.RunFinished
          ? new End(new HostAnswer.Done(host, List.of()), code[0])
          : new End(new HostAnswer.Refused(host, reply.exit(), HostErrors.of(reply), List.of()), 0);
    } catch (HostUnreachableException unreachable) {
      return gone(host, String.valueOf(unreachable.getMessage()), unreachable.hint());
    } catch (ConnectionLostException lost) {
      return gone(
          host,
          String.valueOf(lost.getMessage()),
          "whether the command ran to its end is not known: look before you run it again");
    }
  }

  private static End gone(
      Host host, String reason, @org.jspecify.annotations.Nullable String hint) {
    return new End(new HostAnswer.OutOfReach(host, reason, hint), 0);
  }
}
