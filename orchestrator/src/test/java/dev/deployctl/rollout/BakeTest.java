package dev.deployctl.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.EventReader;
import dev.deployctl.event.HostValues.Requests;
import dev.deployctl.rollout.outcome.CanaryResult;
import org.junit.jupiter.api.Test;

/** The comparison of a canary with the release that it replaced. */
class BakeTest {
  private static final Requests BEFORE = new Requests(1000, 1, 10L, 80L, 60);

  @Test
  void asGoodAsBeforeGoesOn() {
    assertThat(Bake.weigh(new Requests(900, 1, 11L, 90L, 60), BEFORE).stops()).isFalse();
  }

  @Test
  void moreErrorsThanAllowedStopAndSayByHowMuch() {
    CanaryResult result = Bake.weigh(new Requests(1000, 42, 10L, 80L, 60), BEFORE);
    assertThat(result.stops()).isTrue();
    assertThat(result.text()).contains("4.2 %").contains("0.1 %").contains("more errors");
  }

  @Test
  void errorsThatWereThereBeforeAreNotTheCanarys() {
    Requests bad = new Requests(1000, 50, 10L, 80L, 60);
    assertThat(Bake.weigh(new Requests(1000, 55, 10L, 80L, 60), bad).stops()).isFalse();
  }

  @Test
  void slowerThanAllowedStops() {
    CanaryResult result = Bake.weigh(new Requests(1000, 1, 10L, 400L, 60), BEFORE);
    assertThat(result.stops()).isTrue();
    assertThat(result.text()).contains("slower").contains("400 ms").contains("80 ms");
  }

  @Test
  void someMillisecondsAreNoise() {
    assertThat(
            Bake.weigh(new Requests(1000, 0, 1L, 9L, 60), new Requests(1000, 0, 1L, 3L, 60))
                .stops())
        .isFalse();
  }

  @Test
  void processThatDoesNotRunOrWasRestartedIsTrouble() {
    assertThat(Bake.trouble(status(2, 0))).isNull();
    assertThat(Bake.trouble(status(1, 0))).isEqualTo("runs 1 of 2 instances of process worker");
    assertThat(Bake.trouble(status(2, 3)))
        .isEqualTo("had containers of process worker end and start again, 3×");
  }

  /** The state of an app without a web part. */
  private static AnswerEvents.Status status(int running, int restarts) {
    String json =
        """
        {"type":"status","app":"blog","state":"ok","mode":"none","instances":{"running":0,"wanted":0},
        "processes":[{"process":"worker","running":%d,"wanted":2,"restarts":%d}]}\
        """
            .formatted(running, restarts)
            .replace("\n", "");
    return (AnswerEvents.Status) new EventReader().read(json).orElseThrow();
  }

  @Test
  void tooFewRequestsAreNoEvidenceAndThatIsSaid() {
    CanaryResult result = Bake.weigh(new Requests(3, 3, 1L, 1L, 60), BEFORE);
    assertThat(result.stops()).isFalse();
    assertThat(result.text()).contains("too few");
  }
}
