package dev.deployctl.output;

import dev.deployctl.event.ApplyEvents;
import dev.deployctl.event.EnvEvents;
import dev.deployctl.event.EventReader;
import dev.deployctl.event.HostEvent;
import dev.deployctl.event.HostValues;
import dev.deployctl.event.OtherFields;
import java.util.List;

/** Events of hosts whose files and environments operators change. */
final class OperatorFixtures {
  private OperatorFixtures() {}

  static ApplyEvents.ApplyFile applyFile() {
    return new ApplyEvents.ApplyFile(
        1,
        "apps/blog.conf",
        "changed",
        List.of("-instances = 1", "+instances = 2"),
        false,
        null,
        OtherFields.NONE);
  }

  static ApplyEvents.ApplyFinished applyFinished(HostValues.Applied applied) {
    return new ApplyEvents.ApplyFinished(
        2,
        "checked",
        "a".repeat(64),
        "b".repeat(64),
        1,
        List.of("apps/old.conf"),
        applied,
        OtherFields.NONE);
  }

  static EnvEvents.EnvName envName() {
    return new EnvEvents.EnvName(
        1,
        "blog",
        "DATABASE_URL",
        "/etc/deployctl/env/blog.env",
        "2026-11-23T03:04:05.000Z",
        "alice",
        "d09f2671378b6d1ef43a8b0178140455",
        "differs",
        OtherFields.NONE);
  }

  static EnvEvents.EnvListed envListed() {
    return new EnvEvents.EnvListed(
        2, "blog", "file", "/etc/deployctl/env/blog.env", null, 1, true, null, OtherFields.NONE);
  }

  static EnvEvents.EnvEdited envEdited() {
    return new EnvEvents.EnvEdited(
        1,
        "blog",
        "DATABASE_URL",
        "set",
        "file",
        "/etc/deployctl/env/blog.env",
        "d09f2671378b6d1ef43a8b0178140455",
        null,
        List.of(),
        OtherFields.NONE);
  }

  static HostEvent definition() {
    return new EventReader()
        .read(
            ("{'seq':1,'type':'definition','app':'blog','repository':'registry:5000/blog','roles':[],"
                 + "'live':null}")
                .replace('\'', '"'))
        .orElseThrow();
  }
}
