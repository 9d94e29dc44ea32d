package dev.deployctl.cli.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.model.App;
import dev.deployctl.model.DeployException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The questions of `app new`, and the answers of a person. */
final class AppAnswersTest {
  private static final App BLOG = new App("blog");

  private final StringWriter asked = new StringWriter();

  private AppAnswers answers(String... lines) {
    Deque<String> left = new ArrayDeque<>(List.of(lines));
    return new AppAnswers(true, new PrintWriter(asked), left::poll);
  }

  @Test
  void aPersonIsAskedFiveQuestions() {
    AppAnswers answers =
        answers("rails", "registry.example.com/blog", "", "blog.example.com www.example.com", "");

    Preset preset = answers.preset(null);

    assertThat(preset).isEqualTo(Preset.RAILS);
    assertThat(answers.repository(null, BLOG)).isEqualTo("registry.example.com/blog");
    assertThat(answers.deployers(null)).isEqualTo("%deployers");
    assertThat(answers.serverName(null, BLOG)).isEqualTo("blog.example.com www.example.com");
    assertThat(answers.port(null, preset)).isEmpty();
    assertThat(asked.toString())
        .contains("Kind of application (rails, django, node, laravel, spring, go): ")
        .contains("Users and %groups that may deploy [%deployers]: ");
  }

  @Test
  void aMistakeIsToldAndTheQuestionAskedAgain() {
    assertThat(answers("blog", "registry.example.com/blog").repository(null, BLOG))
        .isEqualTo("registry.example.com/blog");
    assertThat(asked.toString()).contains("not a repository with its registry");
  }

  @Test
  void thirdMistakeAndTheEndOfTheInputEndTheQuestions() {
    assertThatThrownBy(() -> answers("a", "b", "c", "rails").preset(null))
        .isInstanceOf(DeployException.class)
        .hasMessageContaining("there is no preset 'c'");
    assertThatThrownBy(() -> answers().preset(null)).hasMessageContaining("--preset is missing");
  }

  @Test
  void aPortIsAskedForWhereThereIsNoSocket() {
    assertThat(answers("").port(null, Preset.SPRING)).hasValue(8080);
    assertThat(answers("9000").port(null, Preset.RAILS)).hasValue(9000);
  }
}
