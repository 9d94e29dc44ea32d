package dev.deployctl.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Events of a one-off command, as a host sends them. */
final class OneOffEvents {
  static final String RUN = "5f0c1d2e3a4b";

  static ObjectNode event(String type) {
    return Transcripts.object().put("v", 1).put("type", type);
  }

  static ObjectNode started(String kind) {
    ObjectNode started =
        event("run.started").put("run", RUN).put("kind", kind).put("container", "f1a0048e7940");
    started.putArray("words").add("bin/rails").add("db:migrate");
    return started;
  }

  static ObjectNode line(String text) {
    return event("log.line")
        .put("ts", "2026-11-23T03:00:01.000Z")
        .put("instance", 0)
        .put("line", text);
  }

  static ObjectNode finished(int exit) {
    return event("run.finished").put("run", RUN).put("exit", exit).put("ms", 1500);
  }

  private OneOffEvents() {}
}
