package dev.deployctl.output.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deployctl.output.terminal.Times;
import java.io.PrintWriter;
import java.time.Clock;

/** Writes NDJSON: one object a line, each with version, time and type. */
public final class JsonLines {
  private final PrintWriter out;
  private final Clock clock;

  public JsonLines(PrintWriter out, Clock clock) {
    this.out = out;
    this.clock = clock;
  }

  public synchronized void write(String type, ObjectNode fields) {
    ObjectNode line =
        Json.object()
            .put("v", Json.VERSION)
            .put("ts", Times.stamp(clock.instant()))
            .put("type", type);
    line.setAll(fields);
    out.print(Json.line(line));
    out.print('\n');
    out.flush();
  }
}
