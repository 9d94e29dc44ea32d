package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions before a rollout, and the amount of output with each option. */
final class QuestionsCliTest {
  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;

  @BeforeEach
  void twoHosts() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2");
  }

  @Test
  void quietLeavesTheResult() {
    CliFixture.Finished finished =
        fixture.run("rollout", "blog", "--tag", "v2", "--yes", "--quiet");

    assertThat(finished.exit()).isZero();
    assertThat(finished.out())
        .contains("updated")
        .doesNotContain("preflight", "batch 1", "batches", "v1 (");
    CliFixture.Finished back = fixture.run("rollback", "blog", "--yes", "--quiet");
    assertThat(back.out()).contains("2 rolled back").doesNotContain("batches");
  }

  @Test
  void quietStillShowsThePlanThatAPersonIsToAgreeTo() {
    assertThat(fixture.run("plan", "blog", "--tag", "v2", "--quiet").out()).contains("batches");
    fixture.personAnswers("n");

    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v2", "--quiet");

    assertThat(finished.exit()).isEqualTo(3);
    assertThat(finished.out()).contains("batches", "Continue?", "Nothing was touched");
  }

  @Test
  void noInputNeverAsks() {
    fixture.personAnswers("n");

    assertThat(fixture.run("rollout", "blog", "--tag", "v2", "--no-input").exit()).isZero();
    assertThat(fixture.questions()).isZero();
  }
}
