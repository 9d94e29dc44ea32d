package dev.deployctl.gates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.rollout.gate.GateKeeper.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Questions as gates. */
final class QuestionGateTest {
  private final List<@Nullable String> answers = new ArrayList<>();

  private Answer ask(Duration limit, @Nullable String... lines) throws InterruptedException {
    answers.addAll(Arrays.asList(lines));
    return new QuestionGate((question, left) -> answers.removeFirst()).ask("Good?", limit);
  }

  @Test
  void yesPassesAndNoDoesNot() throws Exception {
    assertThat(ask(Duration.ofHours(1), " Yes ").passed()).isTrue();
    assertThat(ask(Duration.ofHours(1), "n").passed()).isFalse();
  }

  @Test
  void whatIsNeitherIsAskedAgain() throws Exception {
    assertThat(ask(Duration.ofHours(1), "", "hm", "y").passed()).isTrue();
    assertThat(answers).isEmpty();
  }

  @Test
  void inputThatEndsDoesNotPass() throws Exception {
    assertThat(ask(Duration.ofHours(1), (String) null))
        .isEqualTo(new Answer(false, "not answered: the input ended"));
  }

  @Test
  void timeWithoutAnAnswerDoesNotPass() throws Exception {
    assertThat(ask(Duration.ZERO, (String) null))
        .isEqualTo(new Answer(false, "nobody answered within 0.0 s"));
  }
}
