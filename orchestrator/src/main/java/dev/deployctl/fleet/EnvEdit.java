package dev.deployctl.fleet;

import dev.deployctl.event.EnvEvents;
import dev.deployctl.fleet.command.EnvCommands;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.VariableName;
import dev.deployctl.model.VariableToken;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes one variable of an app's environment. Where hosts have their own files, every host writes
 * its own; where they share a source such as etcd, the first that answers writes for all.
 */
public final class EnvEdit {
  private static final String ABSENT = "absent";

  private final FleetCall call;
  private final App app;
  private final VariableName name;
  private final int parallelism;

  public EnvEdit(FleetCall call, App app, VariableName name, int parallelism) {
    this.call = call;
    this.app = app;
    this.name = name;
    this.parallelism = parallelism;
  }

  /**
   * The hosts that write, and what keeps the change from being made.
   *
   * @param writers the hosts that write, in order
   * @param tokens the present state of the variable on each of them, where it is known
   * @param obstacles hosts that refused to answer, or are unreachable and have a file of their own
   * @param absent hosts that are unreachable, and need not be reached
   */
  public record Plan(
      List<Host> writers,
      Map<Host, VariableToken> tokens,
      List<HostResult> obstacles,
      List<HostResult> absent) {
    public Plan {
      writers = List.copyOf(writers);
      tokens = Map.copyOf(tokens);
      obstacles = List.copyOf(obstacles);
      absent = List.copyOf(absent);
    }
  }

  /** Asks all hosts where their environment comes from. Changes nothing. */
  public Plan plan(List<Host> hosts) throws InterruptedException {
    List<Host> writers = new ArrayList<>();
    Map<Host, VariableToken> tokens = new HashMap<>();
    List<HostResult> refusals = new ArrayList<>();
    List<HostResult> unreachable = new ArrayList<>();
    Set<String> stores = new HashSet<>();
    boolean shared = true;
    for (HostResult answer : call.ask(hosts, EnvCommands.list(app), parallelism)) {
      switch (answer) {
        case HostResult.Answered answered -> {
          String store = store(answered);
          shared &= store != null;
          if (store == null || stores.add(store)) {
            writers.add(answer.host());
            tokens.put(answer.host(), token(answered));
          }
        }
        case HostResult.Refused _ -> refusals.add(answer);
        case HostResult.Unreachable _ -> unreachable.add(answer);
      }
    }
    boolean reached = shared && !writers.isEmpty();
    if (!reached) {
      refusals.addAll(unreachable);
    }
    return new Plan(writers, tokens, refusals, reached ? unreachable : List.of());
  }

  private static @Nullable String store(HostResult.Answered answered) {
    List<EnvEvents.EnvListed> listed = answered.events(EnvEvents.EnvListed.class);
    return listed.isEmpty() ? null : listed.getFirst().store();
  }

  private VariableToken token(HostResult.Answered answered) {
    return answered.events(EnvEvents.EnvName.class).stream()
        .filter(variable -> variable.name().equals(name.value()))
        .findFirst()
        .map(EnvEvents.EnvName::token)
        .map(VariableToken::new)
        .orElseGet(() -> new VariableToken(ABSENT));
  }

  /**
   * Asks all writers whether they would accept the change. Changes nothing.
   *
   * @param value null to remove the variable
   */
  public List<HostResult> check(Plan plan, byte @Nullable [] value) throws InterruptedException {
    return call.ask(
        plan.writers(), host -> EnvCommands.check(command(plan, host, value)), parallelism);
  }

  /**
   * Makes the change on all writers.
   *
   * @param value null to remove the variable
   */
  public List<HostResult> write(Plan plan, byte @Nullable [] value) throws InterruptedException {
    return call.ask(plan.writers(), host -> command(plan, host, value), parallelism);
  }

  private HostCommand command(Plan plan, Host host, byte @Nullable [] value) {
    VariableToken expected = plan.tokens().get(host);
    return value == null
        ? EnvCommands.unset(app, name, expected)
        : EnvCommands.set(app, name, expected, value);
  }
}
