package dev.deployctl.output.page;

import dev.deployctl.model.Durations;
import dev.deployctl.output.page.model.RolloutReport.Fact;
import dev.deployctl.output.page.model.Tone;
import dev.deployctl.output.report.Tally;
import dev.deployctl.output.report.UsersFelt;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.Receipt;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The figures at the top of a report. */
final class Facts {
  private Facts() {}

  static List<Fact> of(RolloutOutcome outcome, HostNames names) {
    List<Fact> facts = new ArrayList<>();
    Fact users = users(outcome, names);
    if (users != null) {
      facts.add(users);
    }
    long changed = outcome.hosts().stream().filter(HostOutcome::changed).count();
    long rolledBack =
        outcome.hosts().stream().filter(HostOutcome.RolledBack.class::isInstance).count();
    facts.add(
        new Fact(
            "Hosts changed",
            changed + rolledBack + " of " + outcome.hosts().size(),
            Tally.of(outcome.hosts(), names),
            Tone.NEUTRAL));
    long failures = outcome.failures();
    facts.add(
        new Fact(
            "Failures",
            String.valueOf(failures),
            "up to " + outcome.maxFailures() + " would be tolerated",
            failures == 0 ? Tone.GOOD : failures > outcome.maxFailures() ? Tone.BAD : Tone.WARN));
    facts.add(
        new Fact(
            "Duration", Durations.text(outcome.took()), "rollout " + outcome.id(), Tone.NEUTRAL));
    return facts;
  }

  /** Returns what users felt; null where no host reported it. */
  private static @Nullable Fact users(RolloutOutcome outcome, HostNames names) {
    List<Receipt> receipts = new ArrayList<>();
    for (HostOutcome host : outcome.hosts()) {
      if (host instanceof HostOutcome.Updated updated && updated.receipt() != null) {
        receipts.add(updated.receipt());
      }
    }
    String text = UsersFelt.of(outcome, names).orElse(null);
    if (text == null) {
      return null;
    }
    Receipt total = Receipt.total(receipts);
    String label = "What users felt";
    if (receipts.stream().noneMatch(Receipt::known)) {
      return new Fact(label, "not known", text, Tone.WARN);
    }
    boolean complete = receipts.stream().allMatch(Receipt::known);
    Tone tone = complete ? Tone.GOOD : Tone.WARN;
    return new Fact(
        label,
        Wording.count(total.failures(), "failed request"),
        text,
        total.failures() > 0 || total.cut() > 0 ? Tone.BAD : tone);
  }
}
