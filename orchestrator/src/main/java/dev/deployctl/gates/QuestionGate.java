package dev.deployctl.gates;

import dev.deployctl.model.Durations;
import dev.deployctl.rollout.gate.GateKeeper.Answer;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Asks the person at the terminal until the answer is a yes or a no. */
final class QuestionGate {
  private final Person person;

  QuestionGate(Person person) {
    this.person = person;
  }

  Answer ask(String question, Duration limit) throws InterruptedException {
    Deadline deadline = Deadline.in(limit);
    while (true) {
      String line = person.answer(question, deadline.left());
      if (line == null) {
        return new Answer(
            false,
            deadline.left().isPositive()
                ? "not answered: the input ended"
                : "nobody answered within " + Durations.text(limit));
      }
      Boolean yes = yes(line);
      if (yes != null) {
        return new Answer(yes, yes ? "answered with yes" : "answered with no");
      }
    }
  }

  /** Returns null for what is neither: an accidental key must not roll anything back. */
  private static @Nullable Boolean yes(String line) {
    return switch (line.strip().toLowerCase(Locale.ROOT)) {
      case "y", "yes" -> true;
      case "n", "no" -> false;
      default -> null;
    };
  }
}
