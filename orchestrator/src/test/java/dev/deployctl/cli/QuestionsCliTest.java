package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is asked what, and how much is said. */
final class QuestionsCliTest {
  @TempDir private Path directory;
  @AutoClose private Bench bench;

  @BeforeEach
  void twoHosts() throws Exception {
    bench = new Bench(directory, "web-1", "web-2");
  }

  @Test
  void quietLeavesTheResult() {
    Bench.Finished finished = bench.run("rollout", "blog", "--tag", "v2", "--yes", "--quiet");

    assertThat(finished.exit()).isZero();
    assertThat(finished.out())
        .contains("updated")
        .doesNotContain("preflight", "batch 1", "batches", "v1 (");
    Bench.Finished back = bench.run("rollback", "blog", "--yes", "--quiet");
    assertThat(back.out()).contains("2 rolled back").doesNotContain("batches");
  }

  @Test
  void quietStillShowsThePlanThatAPersonIsToAgreeTo() {
    assertThat(bench.run("plan", "blog", "--tag", "v2", "--quiet").out()).contains("batches");
    bench.personAnswers("n");

    Bench.Finished finished = bench.run("rollout", "blog", "--tag", "v2", "--quiet");

    assertThat(finished.exit()).isEqualTo(3);
    assertThat(finished.out()).contains("batches", "Continue?", "Nothing was touched");
  }

  @Test
  void noInputNeverAsks() {
    bench.personAnswers("n");

    assertThat(bench.run("rollout", "blog", "--tag", "v2", "--no-input").exit()).isZero();
    assertThat(bench.questions()).isZero();
  }
}
