package dev.deployctl.gates;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Gate;
import dev.deployctl.rollout.gate.GateKeeper;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Asks each gate by its kind. */
public final class Gates implements GateKeeper {
  private static final Duration BETWEEN_REQUESTS = Duration.ofSeconds(2);
  private static final Duration BETWEEN_STATES = Duration.ofSeconds(5);

  private final CommandGate commands;
  private final UrlGate urls;
  private final AlarmGate alarms;
  private final QuestionGate questions;

  /**
   * @param command the command that runs: {@code rollout} or {@code restart}
   */
  public Gates(String command, Alarms alarms, Person person) {
    this.commands = new CommandGate(command);
    this.urls = new UrlGate(BETWEEN_REQUESTS);
    this.alarms = new AlarmGate(alarms, BETWEEN_STATES);
    this.questions = new QuestionGate(person);
  }

  @Override
  public Answer ask(Gate gate, Moment moment, Consumer<String> output) throws InterruptedException {
    return switch (gate.check()) {
      case Gate.Command command -> commands.ask(gate, command, moment, output);
      case Gate.Url url -> urls.ask(url.address(), gate.timeout());
      case Gate.Alarm alarm -> alarms.ask(alarm, gate.timeout());
      case Gate.Question question -> questions.ask(question.text(), gate.timeout());
    };
  }

  /**
   * Checks before anything is changed that gates can be asked at all: a person is there, and alarms
   * exist and can be read.
   *
   * @param person whether somebody can answer questions
   * @throws DeployException with the first gate that cannot be asked
   */
  public void check(List<Gate> gates, boolean person) {
    for (Gate gate : gates) {
      if (gate.asksPerson() && !person) {
        throw refused(
            gate,
            "asks a question, and nobody can answer it here; nothing was touched",
            "run this on a terminal without --json, or use a command, url or alarm gate where no"
                + " person is; --yes does not answer gates");
      }
      if (gate.check() instanceof Gate.Alarm alarm) {
        try {
          alarms.check(alarm, gate.timeout());
        } catch (DeployException failed) {
          if (failed.kind() == FailureKind.INTERRUPTED) {
            throw failed;
          }
          throw refused(
              gate,
              "cannot be asked: " + failed.reason() + "; nothing was touched",
              failed.hint() == null ? "correct it under gates in deployctl.yml" : failed.hint());
        }
      }
    }
  }

  private static DeployException refused(Gate gate, String what, String hint) {
    return new DeployException(
        FailureKind.PREFLIGHT_REFUSED, "the gate " + gate.name() + " " + what, hint);
  }
}
