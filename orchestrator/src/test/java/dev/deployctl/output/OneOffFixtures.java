package dev.deployctl.output;

import dev.deployctl.event.HostValues;
import dev.deployctl.event.OneOffEvents;
import dev.deployctl.event.OtherFields;
import java.util.List;

/** Events of one-off commands and of schedules. */
final class OneOffFixtures {
  private OneOffFixtures() {}

  static OneOffEvents.RunStarted started() {
    return new OneOffEvents.RunStarted(
        1,
        Fixtures.ID_2,
        "3f2a9c1b7d04",
        List.of("bin/migrate"),
        "3f2a9c1b7d04",
        "release",
        "r-7k2m",
        OtherFields.NONE);
  }

  static OneOffEvents.RunFinished finished() {
    return new OneOffEvents.RunFinished(
        3,
        0,
        Fixtures.ID_2,
        "3f2a9c1b7d04",
        812,
        "3f2a9c1b7d04",
        "release",
        "r-7k2m",
        null,
        OtherFields.NONE);
  }

  static OneOffEvents.Schedule schedule() {
    return new OneOffEvents.Schedule(
        1,
        "blog",
        "nightly",
        "*-*-* 03:00:00",
        "Asia/Tokyo",
        List.of("bin/report"),
        "one",
        true,
        "2026-11-24T03:00:00.000Z",
        new HostValues.ScheduledRun(
            "2026-11-23T03:00:00.000Z",
            "2026-11-23T03:00:00.000Z",
            "3f2a9c1b7d04",
            Fixtures.ID_2,
            "succeeded",
            0,
            4200L,
            null),
        List.of(
            new HostValues.SkippedRun(
                "2026-11-22T03:00:00.000Z",
                "2026-11-22T03:00:00.000Z",
                "overlap",
                "an earlier run has not ended")),
        null,
        OtherFields.NONE);
  }
}
