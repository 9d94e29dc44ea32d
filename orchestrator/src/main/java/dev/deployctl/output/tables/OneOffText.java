package dev.deployctl.output.tables;

import dev.deployctl.event.OneOffCommand;
import dev.deployctl.output.terminal.Times;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Names one-off commands by what started them. */
final class OneOffText {
  private OneOffText() {}

  /** Returns a short name for a row: {@code release bin/rails db:migrate}. */
  static String row(OneOffCommand command) {
    String words = String.join(" ", command.words());
    return switch (kind(command)) {
      case "run" -> "run " + words;
      case "schedule" -> "schedule " + text(command.schedule()) + ": " + words;
      case String kind -> kind + " " + words;
    };
  }

  /** Returns a sentence about a command that runs now. */
  static String running(OneOffCommand command) {
    String run = command.run();
    String reason = command.reason();
    return subject(command)
        + ": "
        + String.join(" ", command.words())
        + ", since "
        + Times.text(command.since())
        + " by "
        + text(command.by())
        + ", in container "
        + text(command.container())
        + (run == null ? "" : ", run " + run)
        + (reason == null ? "" : ": " + reason);
  }

  private static String subject(OneOffCommand command) {
    return switch (kind(command)) {
      case "release" -> "the release command of rollout " + text(command.rollout()) + " runs";
      case "check" -> "the check of a release command runs";
      case "schedule" -> "schedule " + text(command.schedule()) + " runs";
      case "console" -> "a console is open";
      default -> "a command runs";
    };
  }

  private static String kind(OneOffCommand command) {
    return Objects.requireNonNullElse(command.kind(), "run");
  }

  private static String text(@Nullable String value) {
    return value == null ? "-" : value;
  }
}
