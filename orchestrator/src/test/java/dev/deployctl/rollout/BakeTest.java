package dev.deployctl.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.EventReader;
import dev.deployctl.event.HostValues.Requests;
import org.junit.jupiter.api.Test;

/** The comparison of a canary with the release that it replaced. */
class BakeTest {
  private static final Requests BEFORE = new Requests(1000, 1, 10, 80, 60);

  @Test
  void asGoodAsBeforeGoesOn() {
    assertThat(Bake.weigh(new Requests(900, 1, 11, 90, 60), BEFORE).worse()).isFalse();
  }

  @Test
  void moreErrorsThanAllowedStopAndSayByHowMuch() {
    Bake.Verdict verdict = Bake.weigh(new Requests(1000, 42, 10, 80, 60), BEFORE);
    assertThat(verdict.worse()).isTrue();
    assertThat(verdict.text()).contains("4.2 %").contains("0.1 %").contains("more errors");
  }

  @Test
  void errorsThatWereThereBeforeAreNotTheCanarys() {
    Requests bad = new Requests(1000, 50, 10, 80, 60);
    assertThat(Bake.weigh(new Requests(1000, 55, 10, 80, 60), bad).worse()).isFalse();
  }

  @Test
  void slowerThanAllowedStops() {
    Bake.Verdict verdict = Bake.weigh(new Requests(1000, 1, 10, 400, 60), BEFORE);
    assertThat(verdict.worse()).isTrue();
    assertThat(verdict.text()).contains("slower").contains("400 ms").contains("80 ms");
  }

  @Test
  void someMillisecondsAreNoise() {
    assertThat(Bake.weigh(new Requests(1000, 0, 1, 9, 60), new Requests(1000, 0, 1, 3, 60)).worse())
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
    Bake.Verdict verdict = Bake.weigh(new Requests(3, 3, 1, 1, 60), BEFORE);
    assertThat(verdict.worse()).isFalse();
    assertThat(verdict.text()).contains("too few");
  }
}
