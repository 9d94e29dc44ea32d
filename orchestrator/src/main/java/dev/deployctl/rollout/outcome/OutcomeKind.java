package dev.deployctl.rollout.outcome;

/** The kinds of outcomes of one host, in the order in which a person wants to know of them. */
public enum OutcomeKind {
  ROLLBACK_FAILED("rollback-failed", "not rolled back", "✗", Tone.BAD),
  FAILED("failed", "failed", "✗", Tone.BAD),
  UNKNOWN("unknown", "unknown", "?", Tone.WARN),
  UNREACHABLE("unreachable", "unreachable", "✗", Tone.BAD),
  TERMINATED("gone", "terminated", "-", Tone.FAINT),
  ROLLED_BACK("rolled-back", "rolled back", "<", Tone.WARN),
  HELD("held", "held", "=", Tone.GOOD),
  UPDATED("updated", "updated", "✓", Tone.GOOD),
  SKIPPED("skipped", "already up to date", "✓", Tone.GOOD),
  UNTOUCHED("untouched", "untouched", "·", Tone.FAINT);

  private final String jsonName;
  private final String text;
  private final String mark;
  private final Tone tone;

  OutcomeKind(String jsonName, String text, String mark, Tone tone) {
    this.jsonName = jsonName;
    this.text = text;
    this.mark = mark;
    this.tone = tone;
  }

  /** The severity of an outcome, however it is shown. */
  public enum Tone {
    GOOD,
    WARN,
    BAD,
    FAINT
  }

  /** Returns the name in JSON output. */
  public String jsonName() {
    return jsonName;
  }

  /** Returns the text that follows a number of hosts. */
  public String text() {
    return text;
  }

  /** Returns the mark at the beginning of a line. */
  public String mark() {
    return mark;
  }

  public Tone tone() {
    return tone;
  }

  /** Returns whether it counts against the failure budget. */
  public boolean isFailure() {
    return tone == Tone.BAD || this == UNKNOWN;
  }

  /** Returns whether the hosts of such an outcome are named in a tally, where they are few. */
  public boolean isNamed() {
    return this == UNTOUCHED || this == ROLLED_BACK || this == TERMINATED;
  }
}
