package dev.deployctl.output.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deployctl.placement.HostRoom;
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
      HostRoom room = share.room();
      ObjectNode json = Json.object();
      json.set("host", Json.host(room.host()));
      lines.write(
          "placement.host",
          json.put("verdict", Json.word(share.verdict()))
              .put("count", share.count())
              .put("running", room.running())
              .put("fits", share.fits())
              .put("unreserved", room.unreserved())
              .put("available", room.available())
              .put("defined", room.defined())
              .put("problem", room.problem()));
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
