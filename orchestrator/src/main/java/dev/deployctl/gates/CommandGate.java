package dev.deployctl.gates;

import dev.deployctl.hooks.HookCommand;
import dev.deployctl.model.Gate;
import dev.deployctl.model.Host;
import dev.deployctl.model.ImageRef;
import dev.deployctl.output.json.JsonReport;
import dev.deployctl.rollout.gate.GateKeeper.Answer;
import dev.deployctl.rollout.gate.GateKeeper.Moment;
import dev.deployctl.rollout.outcome.RolloutPlan;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs a command, with the plan on its standard input as a hook has it. */
final class CommandGate {
  private final String command;

  /**
   * @param command the command that runs: {@code rollout} or {@code restart}
   */
  CommandGate(String command) {
    this.command = command;
  }

  Answer ask(Gate gate, Gate.Command check, Moment moment, Consumer<String> output)
      throws InterruptedException {
    AtomicReference<String> last = new AtomicReference<>("");
    Consumer<String> lines =
        line -> {
          output.accept(line);
          if (!line.isBlank()) {
            last.set(line.strip());
          }
        };
    List<String> updated = moment.updated().stream().map(Host::name).toList();
    String failure =
        new HookCommand(check.words(), variables(gate, moment, updated), gate.timeout(), lines)
            .run(
                JsonReport.gate(
                    command,
                    moment.plan(),
                    new JsonReport.GateInput(
                        gate.name(), moment.after(), moment.rollout(), moment.updated())));
    if (failure == null) {
      return new Answer(true, last.get().isEmpty() ? "passed" : last.get());
    }
    return new Answer(false, failure + (last.get().isEmpty() ? "" : ": " + last.get()));
  }

  private Map<String, String> variables(Gate gate, Moment moment, List<String> updated) {
    RolloutPlan plan = moment.plan();
    ImageRef.Tag tag = plan.wanted().tag();
    Map<String, String> variables = new TreeMap<>();
    variables.put("DEPLOYCTL_COMMAND", command);
    variables.put("DEPLOYCTL_APP", plan.app().name());
    variables.put("DEPLOYCTL_ROLLOUT", moment.rollout().value());
    variables.put("DEPLOYCTL_TAG", text(tag));
    variables.put("DEPLOYCTL_DIGEST", text(plan.wanted().digest()));
    variables.put("DEPLOYCTL_GATE", gate.name());
    variables.put("DEPLOYCTL_AFTER", moment.after());
    variables.put("DEPLOYCTL_HOSTS", String.join(" ", updated));
    return variables;
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }
}
