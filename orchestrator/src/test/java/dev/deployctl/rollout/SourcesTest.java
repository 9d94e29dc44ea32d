package dev.deployctl.rollout;

import static dev.deployctl.rollout.RolloutFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.event.HostValues.ImageLabels;
import dev.deployctl.rollout.SimulatedHost.Behavior;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.SourceChange;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The commits that go out, from the labels of images on the hosts. */
class SourcesTest {
  private static final String BLOG = "https://github.com/acme/blog";
  private static final ImageLabels OLD =
      new ImageLabels("1f0c9d2", BLOG, null, "2026-11-20T10:00:00+09:00");
  private static final ImageLabels NEW =
      new ImageLabels("a3b4c5d", BLOG, null, "2026-11-23T10:00:00.5Z");

  private final RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD);

  @BeforeEach
  void imagesAreLabelled() {
    label(OLD, NEW);
  }

  private void label(ImageLabels live, ImageLabels wanted) {
    fixture
        .fleet
        .hosts
        .values()
        .forEach(
            host -> {
              host.servingLabels = live;
              host.labels = wanted;
            });
  }

  private SourceChange planned() throws Exception {
    return Objects.requireNonNull(fixture.plan(settings("1", "5", 0)).source());
  }

  @Test
  void planNamesBothCommitsWhereAHostHasTheImageAlready() throws Exception {
    fixture.host(2).present = true;
    assertThat(planned())
        .isEqualTo(
            new SourceChange(
                BLOG,
                "1f0c9d2",
                "a3b4c5d",
                Instant.parse("2026-11-20T01:00:00Z"),
                Instant.parse("2026-11-23T10:00:00.500Z")));
  }

  @Test
  void newCommitIsKnownAfterThePullWhereNoHostHadTheImage() throws Exception {
    assertThat(planned().to()).isNull();
    RolloutOutcome outcome = fixture.rollOut(settings("1", "5", 0));
    SourceChange source = Objects.requireNonNull(outcome.source());
    assertThat(source.compare()).isEqualTo(BLOG + "/compare/1f0c9d2...a3b4c5d");
    assertThat(outcome.notes()).noneMatch(note -> note.contains("was built before"));
  }

  @Test
  void olderImageIsWarnedOfInThePlanOrOnceItWasPulled() throws Exception {
    label(NEW, OLD);
    RolloutOutcome outcome = fixture.rollOut(settings("1", "5", 0));
    assertThat(outcome.notes())
        .filteredOn(note -> note.startsWith("the new image was built before the live one"))
        .hasSize(1);
  }

  @Test
  void hostsThatRunSeveralReleasesHaveNoOneCommitToCompareWith() throws Exception {
    fixture.host(1).serving = "sha256:" + "9".repeat(64);
    fixture.host(1).present = true;
    assertThat(planned().from()).isNull();
    assertThat(planned().to()).isEqualTo("a3b4c5d");
  }

  @Test
  void timeThatIsNoneIsNotKnown() throws Exception {
    label(new ImageLabels("1f0c9d2", BLOG, null, "yesterday"), NEW);
    assertThat(planned().builtFrom()).isNull();
  }

  @Test
  void imagesWithoutLabelsHaveNoSource() throws Exception {
    fixture.fleet.hosts.values().forEach(host -> host.servingLabels = null);
    assertThat(fixture.plan(settings("1", "5", 0)).source()).isNull();
  }
}
