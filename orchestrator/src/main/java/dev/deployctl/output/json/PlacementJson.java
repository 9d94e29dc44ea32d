package dev.deployctl.output.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deployctl.placement.HostCapacity;
import dev.deployctl.placement.Placement;
import java.io.PrintWriter;
import java.time.Clock;

/** Writes a placement for programs: one object a host, then one for all. */
public final class PlacementJson {
  private final JsonLines lines;

  public PlacementJson(PrintWriter out, Clock clock) {
    this.lines = new JsonLines(out, clock);
  }

  public void print(Placement placement) {
    for (Placement.Share share : placement.shares()) {
      HostCapacity capacity = share.capacity();
      ObjectNode json = Json.object();
      json.set("host", Json.host(capacity.host()));
      lines.write(
          "placement.host",
          json.put("verdict", Json.word(share.verdict()))
              .put("count", share.count())
              .put("running", capacity.running())
              .put("fits", share.fits())
              .put("unreserved", capacity.unreserved())
              .put("available", capacity.available())
              .put("defined", capacity.defined())
              .put("problem", capacity.problem()));
    }
    lines.write(
        "placement",
        Json.object()
            .put("app", placement.demand().app().name())
            .put("count", placement.demand().count())
            .put("memory", placement.demand().memory().bytes())
            .put("spread", placement.demand().spread())
            .put("placed", placement.placed())
            .put("unplaced", placement.unplaced()));
  }
}
