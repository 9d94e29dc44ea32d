package dev.deployctl.fleet;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostError;
import dev.deployctl.event.HostErrorKind;
import dev.deployctl.event.TransactionEvents;
import dev.deployctl.fleet.command.HostCommand;
import java.util.Locale;
import java.util.regex.Pattern;

/** Describes why a host gave no proper answer: no sudo rule, no host script, no last event. */
public final class HostErrors {
  private static final Pattern SUDO_REFUSES =
      Pattern.compile(
          "a password is required|a terminal is required|must have a tty|is not in the sudoers"
              + "|sorry, user|is not allowed to (?:run|execute)|may not run sudo"
              + "|account validation failure|no new privileges");

  private HostErrors() {}

  /** Returns what went wrong with a command, from whatever the host sent. */
  static HostError of(HostReply reply, HostCommand command) {
    return command.isForRoot() && reply.last() == null && sudoRefuses(reply)
        ? error(
            HostErrorKind.NOT_ALLOWED,
            "'"
                + command.verb()
                + "' needs a user who may become root on the host without a password: "
                + reply.stderr().strip(),
            "log in as such a user (--user), or ask an operator")
        : of(reply);
  }

  private static boolean sudoRefuses(HostReply reply) {
    return SUDO_REFUSES.matcher(reply.stderr().toLowerCase(Locale.ROOT)).find();
  }

  /** Returns what went wrong, from whatever the host sent. */
  public static HostError of(HostReply reply) {
    return switch (reply.last()) {
      case AnswerEvents.Refused refused -> refused.error();
      case TransactionEvents.DeployFinished finished when finished.error() != null ->
          finished.error();
      case AnswerEvents.PullFinished finished when finished.error() != null -> finished.error();
      case null, default -> fromStreams(reply);
    };
  }

  private static HostError fromStreams(HostReply reply) {
    String stderr = reply.stderr().strip();
    String lower = stderr.toLowerCase(Locale.ROOT);
    if (sudoRefuses(reply)) {
      return error(
          HostErrorKind.NOT_ALLOWED,
          "sudo does not let this user run deployctl-host: " + stderr,
          "an operator adds the user to the group deployers, or installs the sudo rule with"
              + " deployctl-host's packaging/install");
    }
    if (reply.exit() == 127
        || lower.contains("command not found")
        || lower.contains("no such file")) {
      return error(
          HostErrorKind.UNAVAILABLE,
          "deployctl-host or sudo is not installed on this host"
              + (stderr.isEmpty() ? "" : ": " + stderr),
          "an operator installs it: deployctl bootstrap HOST");
    }
    if (reply.last() == null && endsEveryCommand(reply, lower)) {
      return error(
          HostErrorKind.NOT_ALLOWED,
          "the login shell of this user runs no command (exit code 1"
              + (stderr.isEmpty() ? " and no output" : ": " + stderr)
              + "): it is nologin, false, or a script that ends at once",
          "an operator gives the user a shell: usermod --shell /bin/sh USER; getent passwd USER"
              + " shows the one it has");
    }
    return error(
        HostErrorKind.INTERNAL,
        "the host ended with exit code "
            + reply.exit()
            + " and no last event"
            + (stderr.isEmpty() ? "" : ": " + stderr),
        "look at the host: sudo deployctl-host status");
  }

  /** Recognizes a login shell that runs no command: it prints this, or nothing. */
  private static boolean endsEveryCommand(HostReply reply, String said) {
    return reply.exit() == 1 && (said.isEmpty() || said.contains("account is currently not"));
  }

  /** Describes a command that ended with exit code 0 without its answer, or the end of it. */
  static HostError noAnswer(HostReply reply, HostCommand command) {
    String stderr = reply.stderr().strip();
    return HostErrorKind.INTERNAL.error(
        "'"
            + command.verb()
            + "' ended with exit code 0, but the host gave "
            + (reply.last() == null ? "no answer" : "only a part of an answer")
            + (stderr.isEmpty() ? "" : ": " + stderr),
        "it is not known whether anything was done there",
        "the login shell may end before the command runs (an exit in ~/.bashrc, a forced command);"
            + " log in there as the same user and run: sudo -n deployctl-host version");
  }

  private static HostError error(HostErrorKind kind, String message, String hint) {
    return kind.error(message, null, hint);
  }
}
