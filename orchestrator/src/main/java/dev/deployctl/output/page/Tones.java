package dev.deployctl.output.page;

import dev.deployctl.output.page.model.Tone;
import dev.deployctl.output.report.OutcomeText;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.rollout.outcome.HostOutcome;

/** The severity of outcomes. */
final class Tones {
  private Tones() {}

  static Tone of(HostOutcome outcome) {
    Colour colour = OutcomeText.colour(outcome);
    return switch (colour) {
      case GOOD -> Tone.GOOD;
      case WARN -> Tone.WARN;
      case BAD -> Tone.BAD;
      default -> Tone.NEUTRAL;
    };
  }
}
