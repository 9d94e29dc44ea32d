package dev.deployctl.output.page;

import dev.deployctl.event.HostValues.Requests;
import dev.deployctl.output.page.model.RolloutReport.Canary;
import dev.deployctl.output.page.model.RolloutReport.Comparison;
import dev.deployctl.output.page.model.Tone;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.outcome.CanaryResult;
import dev.deployctl.rollout.outcome.CanaryResult.Verdict;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Turns the judgement of a canary into a table: the old release beside the new one. */
final class CanaryModel {
  private static final String PREFIX = "canary: ";

  private CanaryModel() {}

  /** Returns what the page shows; null where the canary was not judged. */
  static @Nullable Canary of(@Nullable CanaryResult result) {
    if (result == null) {
      return null;
    }
    Requests now = result.now();
    Requests before = result.before();
    String verdict = verdict(result.verdict());
    Tone tone = tone(result.verdict());
    if (now == null || before == null) {
      return new Canary(verdict, tone, sentence(result.text()), List.of());
    }
    return new Canary(
        verdict,
        tone,
        "Watched for " + Wording.count(now.seconds(), "second") + ".",
        rows(before, now, result.verdict()));
  }

  private static String verdict(Verdict verdict) {
    return switch (verdict) {
      case GOOD -> "As good as before";
      case TOO_FEW_REQUESTS -> "Too few requests to judge";
      case NO_REQUESTS -> "No requests to compare";
      case MORE_ERRORS -> "More errors than allowed";
      case SLOWER -> "Slower than allowed";
      case BROKEN -> "Not healthy";
      case NOT_KNOWN -> "Not known";
    };
  }

  private static Tone tone(Verdict verdict) {
    return switch (verdict) {
      case GOOD -> Tone.GOOD;
      case TOO_FEW_REQUESTS, NO_REQUESTS -> Tone.NEUTRAL;
      case MORE_ERRORS, SLOWER, BROKEN, NOT_KNOWN -> Tone.BAD;
    };
  }

  private static String sentence(String text) {
    String bare = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
    return bare.isEmpty() ? bare : Character.toUpperCase(bare.charAt(0)) + bare.substring(1) + ".";
  }

  private static List<Comparison> rows(Requests before, Requests now, Verdict verdict) {
    boolean enough = verdict != Verdict.TOO_FEW_REQUESTS;
    return List.of(
        new Comparison(
            "Requests",
            number(before.requests()),
            number(now.requests()),
            "at least " + CanaryResult.FEWEST_REQUESTS,
            enough ? Tone.NEUTRAL : Tone.WARN),
        new Comparison(
            "Ended in 5xx",
            errors(before),
            errors(now),
            enough
                ? String.format(
                    Locale.ROOT, "at most %.1f %% points more", CanaryResult.MORE_ERRORS)
                : "",
            verdict == Verdict.MORE_ERRORS ? Tone.BAD : Tone.NEUTRAL),
        new Comparison(
            "50 % within", milliseconds(before.p50()), milliseconds(now.p50()), "", Tone.NEUTRAL),
        new Comparison(
            "95 % within",
            milliseconds(before.p95()),
            milliseconds(now.p95()),
            enough ? slower(before) : "",
            verdict == Verdict.SLOWER ? Tone.BAD : Tone.NEUTRAL));
  }

  private static String slower(Requests before) {
    return before.requests() < CanaryResult.FEWEST_REQUESTS
        ? "none, too few requests before"
        : String.format(
            Locale.ROOT,
            "at most %.1f times as long, or %d ms more",
            CanaryResult.SLOWER,
            CanaryResult.NOISE_MS);
  }

  private static String errors(Requests requests) {
    return requests.requests() == 0
        ? "0"
        : String.format(
            Locale.ROOT,
            "%,d (%.2f %%)",
            requests.errors(),
            100.0 * requests.errors() / requests.requests());
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String milliseconds(@Nullable Long time) {
    return time == null ? "–" : number(time) + " ms";
  }
}
