package dev.deployctl.fleet;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostErrorKind;
import dev.deployctl.event.HostEvent;
import dev.deployctl.fleet.command.HostCommand;
import org.jspecify.annotations.Nullable;

/**
 * The end of a command on a host.
 *
 * @param exit its exit code; 1 is sudo's refusal
 * @param last the last event, null when there was none (no sudo rule, no script)
 * @param stderr the tail of standard error, without control characters
 */
public record HostReply(int exit, @Nullable HostEvent last, String stderr) {
  private static final int NOT_KNOWN = HostErrorKind.INTERNAL.exitCode();

  /** A refusal is one also where the command ended with exit code 0. */
  public HostReply {
    if (exit == 0 && last instanceof AnswerEvents.Refused refused) {
      exit = refused.exit();
    }
  }

  /** The same as an error, for a command that ended with 0 and did not answer. */
  HostReply unanswered(HostCommand command) {
    return new HostReply(
        NOT_KNOWN,
        new AnswerEvents.Refused(0, NOT_KNOWN, HostErrors.noAnswer(this, command)),
        stderr);
  }
}
