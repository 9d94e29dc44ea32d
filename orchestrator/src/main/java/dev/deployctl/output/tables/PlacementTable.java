package dev.deployctl.output.tables;

import dev.deployctl.model.Host;
import dev.deployctl.model.TagQuery;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Line;
import dev.deployctl.output.terminal.Page;
import dev.deployctl.output.terminal.Table;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.placement.Demand;
import dev.deployctl.placement.HostCapacity;
import dev.deployctl.placement.MemorySize;
import dev.deployctl.placement.Placement;
import dev.deployctl.placement.Placement.Share;
import dev.deployctl.placement.Placement.Verdict;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;

/** Prints a placement: what is asked for, a row for each host with the reason, and the result. */
public final class PlacementTable {
  private final Page page;

  public PlacementTable(PrintWriter out, Terminal terminal) {
    this.page = new Page(out, terminal);
  }

  public void print(Placement placement, TagQuery where) {
    Demand demand = placement.demand();
    String spread = demand.spread() == null ? "" : ", spread by " + demand.spread();
    page.words(
        page.line(demand.app() + ": "),
        "%s of %s each%s, on hosts with %s"
            .formatted(Wording.count(demand.count(), "container"), demand.memory(), spread, where));
    page.blank();
    HostNames names =
        new HostNames(placement.shares().stream().map(share -> share.capacity().host()).toList());
    Table table = new Table(page, "HOST", group(demand), "NOW", "THEN", "REASON");
    placement.shares().forEach(share -> row(table, share, demand, names));
    table.print(group(demand));
    page.blank();
    remarks(placement, names);
    result(placement);
    page.flush();
  }

  private static String group(Demand demand) {
    String spread = demand.spread();
    return spread == null ? "ZONE" : spread.toUpperCase(Locale.ROOT);
  }

  private void row(Table table, Share share, Demand demand, HostNames names) {
    HostCapacity capacity = share.capacity();
    String reason = reason(share, demand);
    Colour colour =
        switch (share.verdict()) {
          case CHOSEN -> Colour.PLAIN;
          case NOT_NEEDED -> Colour.FAINT;
          case NO_ROOM -> Colour.WARN;
          case NOT_KNOWN -> Colour.BAD;
        };
    Line now =
        capacity.problem() == null ? page.line(String.valueOf(capacity.running())) : page.line("?");
    table.row(
        page.line(names.of(capacity.host())),
        page.line(value(capacity.host(), demand)),
        now,
        page.line(String.valueOf(share.count())),
        page.line().add(colour, reason));
  }

  private static String value(Host host, Demand demand) {
    String spread = demand.spread();
    if (spread == null || spread.equals("zone")) {
      return host.zone();
    }
    return String.join(",", host.tags().getOrDefault(spread, new LinkedHashSet<>()));
  }

  private static String reason(Share share, Demand demand) {
    Long unreserved = share.capacity().unreserved();
    if (share.verdict() == Verdict.NOT_KNOWN || unreserved == null) {
      return "its memory is not known";
    }
    String free = new MemorySize(Math.max(0, unreserved)) + " are not reserved";
    return switch (share.verdict()) {
      case NO_ROOM -> free + ", " + demand.memory() + " are needed";
      case NOT_NEEDED -> free + "; other hosts come first";
      default -> free;
    };
  }

  private void remarks(Placement placement, HostNames names) {
    for (Share share : placement.shares()) {
      HostCapacity capacity = share.capacity();
      Line mark = page.line(" ").add(Colour.WARN, "! ").add(names.of(capacity.host()) + "  ");
      String problem = capacity.problem();
      if (problem != null) {
        page.words(
            page.line(" ").add(Colour.BAD, "✗ ").add(names.of(capacity.host()) + "  "), problem);
      } else if (share.count() > 0 && !capacity.defined()) {
        page.words(mark, "has no definition of the app for you: apply brings it there");
      }
      Long available = capacity.available();
      long more = (share.count() - capacity.running()) * placement.demand().memory().bytes();
      if (available != null && more > available) {
        page.words(
            mark,
            "%s are available now, and the new containers may use %s"
                .formatted(new MemorySize(available), new MemorySize(more)));
      }
    }
  }

  private void result(Placement placement) {
    List<Share> chosen = placement.shares().stream().filter(share -> share.count() > 0).toList();
    String on = chosen.isEmpty() ? "" : " on " + Wording.count(chosen.size(), "host");
    if (placement.unplaced() == 0) {
      page.words(
          page.line(),
          "All %s find room%s. Nothing was changed."
              .formatted(Wording.count(placement.demand().count(), "container"), on));
    } else {
      page.words(
          page.line().add(Colour.BAD, "✗ "),
          ("%d of %s find no room. Place fewer (--count) or smaller ones (--memory), or"
                  + " consider more hosts (--where). Nothing was changed.")
              .formatted(
                  placement.unplaced(), Wording.count(placement.demand().count(), "container")));
    }
  }
}
