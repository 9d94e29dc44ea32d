package dev.deployctl.output.page;

import dev.deployctl.model.Durations;
import dev.deployctl.output.page.model.RolloutReport.Fact;
import dev.deployctl.output.page.model.Tone;
import dev.deployctl.output.report.Tally;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.Receipt;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

  /** Returns what users felt, in requests; null where no web part was switched. */
  private static @Nullable Fact users(RolloutOutcome outcome, HostNames names) {
    List<HostOutcome.Updated> updated =
        outcome.hosts().stream()
            .filter(HostOutcome.Updated.class::isInstance)
            .map(HostOutcome.Updated.class::cast)
            .toList();
    if (updated.isEmpty()) {
      return null;
    }
    List<Receipt> known = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (HostOutcome.Updated host : updated) {
      Receipt receipt = host.receipt();
      if (receipt != null && receipt.known()) {
        known.add(receipt);
      } else if (receipt != null) {
        unknown.add(names.of(host.host()) + ": " + receipt.unknown());
      }
    }
    if (known.isEmpty() && unknown.isEmpty()) {
      return null;
    }
    if (known.isEmpty()) {
      return new Fact("What users felt", "not known", few(unknown), Tone.WARN);
    }
    Receipt total = Receipt.total(known);
    return new Fact(
        "What users felt",
        Wording.count(total.failures(), "failed request"),
        requests(total) + (unknown.isEmpty() ? "" : "; not known on " + few(unknown)),
        total.failures() > 0 || total.cut() > 0
            ? Tone.BAD
            : unknown.isEmpty() ? Tone.GOOD : Tone.WARN);
  }

  private static String requests(Receipt total) {
    return String.format(
        Locale.ROOT,
        "of %,d during the switches (before: %,d of %,d), %s cut",
        total.requests(),
        total.failuresBefore(),
        total.requestsBefore(),
        Wording.count(total.cut(), "connection"));
  }

  private static String few(List<String> texts) {
    return texts.size() <= 3
        ? String.join("; ", texts)
        : String.join("; ", texts.subList(0, 3)) + "; and " + (texts.size() - 3) + " more hosts";
  }
}
