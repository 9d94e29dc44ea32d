package dev.deployctl.output;

import dev.deployctl.model.Durations;
import dev.deployctl.model.Host;
import dev.deployctl.rollout.HostOutcome;
import dev.deployctl.rollout.Release;
import dev.deployctl.rollout.RolloutOutcome;
import dev.deployctl.rollout.RolloutOutcome.Ending;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The end of a rollout: what failed and why, where things stand, how to go back and how to go on.
 */
public final class Summary {
  private final Page page;
  private final @Nullable String environment;

  /** Prints for the environment that the user chose, or null; the commands it names carry it. */
  public Summary(PrintWriter out, Terminal terminal, @Nullable String environment) {
    this.page = new Page(out, terminal);
    this.environment = environment;
  }

  public void print(RolloutOutcome outcome) {
    HostNames names = new HostNames(outcome.hosts().stream().map(HostOutcome::host).toList());
    NextCommands commands = new NextCommands(outcome.app(), environment, names);
    new FailureReport(page, names, commands).print(outcome);
    verdict(outcome, names);
    for (String note : outcome.notes()) {
      page.words(page.line("  ").add(Colour.WARN, "note").to(17), note);
    }
    new NextSteps(page, names, commands).print(outcome);
    page.flush();
  }

  private void verdict(RolloutOutcome outcome, HostNames names) {
    boolean good = outcome.exitCode() == 0;
    Line head = page.line().add(good ? Colour.GOOD : Colour.BAD, good ? "✓ " : "✗ ");
    String text =
        (good ? serving(outcome) : "")
            + Tally.of(outcome.hosts(), names)
            + (good ? ", " : ": ")
            + ending(outcome)
            + " "
            + Durations.text(outcome.took())
            + ", rollout "
            + outcome.id()
            + "."
            + mixed(outcome, names);
    page.words(head.add(Colour.STRONG, outcome.app().name()).add("  "), text);
  }

  private static String serving(RolloutOutcome outcome) {
    Release wanted = outcome.wanted();
    return wanted == null ? "" : Wording.release(wanted) + " serves: ";
  }

  private static String ending(RolloutOutcome outcome) {
    long failures = outcome.failures();
    String budget = "the budget of " + Wording.count(outcome.maxFailures(), "failure");
    return switch (outcome.ending()) {
      case DONE -> failures == 0 ? "done in" : "within " + budget + ", done in";
      case OVER_BUDGET -> "over " + budget + ", stopped after";
      case ROLLED_BACK -> "over " + budget + ", taken back after";
      case PREFLIGHT_REFUSED -> "not fit for this rollout, nothing was touched;";
      case LOCKED -> "somebody else holds the app, nothing was touched;";
      case UNREACHABLE -> "too many hosts are out of reach" + touched(outcome) + ";";
      case INTERRUPTED -> "interrupted after";
    };
  }

  private static String touched(RolloutOutcome outcome) {
    boolean none =
        outcome.hosts().stream()
            .allMatch(
                host ->
                    host instanceof HostOutcome.Unreachable
                        || host instanceof HostOutcome.Untouched
                        || host instanceof HostOutcome.Skipped);
    return none ? ", nothing was touched" : "";
  }

  /** Names which release runs where, once more than one does. */
  private static String mixed(RolloutOutcome outcome, HostNames names) {
    Map<String, Release> serving = new HashMap<>();
    List<Host> known = new ArrayList<>();
    List<Host> unknown = new ArrayList<>();
    for (HostOutcome host : outcome.hosts()) {
      Release release = host.serving();
      if (release == null) {
        unknown.add(host.host());
      } else {
        known.add(host.host());
        serving.put(host.host().id(), release);
      }
    }
    String silent = unknown.isEmpty() ? "" : " Not known: " + names.of(unknown) + ".";
    Fleet fleet = Fleet.of(known, serving);
    if (!fleet.mixed()) {
      return silent;
    }
    String now = outcome.ending() == Ending.DONE ? "" : "now ";
    return " " + fleet.size() + " releases " + now + "run: " + fleet.sentence(names) + "." + silent;
  }
}
