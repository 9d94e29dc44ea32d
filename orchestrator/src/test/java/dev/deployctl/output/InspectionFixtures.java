package dev.deployctl.output;

import dev.deployctl.event.HostValues;
import dev.deployctl.event.InspectionEvents;
import dev.deployctl.event.OtherFields;
import java.util.List;

/** Events of verbs that look into the past of an app. */
final class InspectionFixtures {
  private InspectionFixtures() {}

  static InspectionEvents.TrafficRelease traffic() {
    return new InspectionEvents.TrafficRelease(
        1,
        Fixtures.ID_2,
        Fixtures.DIGEST_2,
        "v2",
        "2026-11-23T02:04:05.000Z",
        "2026-11-23T03:04:05.000Z",
        new HostValues.Requests(18_240, 3, 11L, 48L, 3600),
        null,
        OtherFields.NONE);
  }

  static InspectionEvents.TimelineEntry entry() {
    return new InspectionEvents.TimelineEntry(
        1,
        "2026-11-23T03:02:00.000Z",
        "container",
        "instance 1 ended with exit code 137, out of memory",
        null,
        137,
        true,
        0,
        0,
        OtherFields.NONE);
  }

  static InspectionEvents.Capacity capacity() {
    return new InspectionEvents.Capacity(
        4,
        4_126_986_240L,
        2_147_483_648L,
        1_610_612_736,
        0,
        List.of(new HostValues.ReservedMemory("blog", 2, 1_073_741_824, 536_870_912)),
        OtherFields.NONE);
  }

  static InspectionEvents.TimelineMissing missing() {
    return new InspectionEvents.TimelineMissing(
        2, "kernel", "the log of the kernel could not be read", OtherFields.NONE);
  }
}
