package dev.deployctl.output.tables;

import dev.deployctl.fleet.Inventory;
import dev.deployctl.model.Host;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Page;
import dev.deployctl.output.terminal.Table;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.output.terminal.Wording;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Shows hosts as the inventory knows them, and why others were left out. */
public final class HostTable {
  /** A fleet has many hosts that are not an app's; the nearest come first. */
  private static final int MISSES = 20;

  private final Page page;

  public HostTable(PrintWriter out, Terminal terminal) {
    this.page = new Page(out, terminal);
  }

  public void print(List<Host> hosts) {
    Table table = new Table(page, "NAME", "ADDRESS", "ZONE", "ID", "TAGS");
    for (Host host : hosts) {
      table.row(
          page.line(host.name()),
          page.line(host.address().equals(host.name()) ? "" : host.address()),
          page.line(host.zone()),
          page.line(host.id().equals(host.name()) ? "" : host.id()),
          page.line().add(Colour.FAINT, tags(host)));
    }
    table.print("ID", "ZONE");
    long zones = hosts.stream().map(Host::zone).filter(zone -> !zone.isEmpty()).distinct().count();
    page.print(
        page.line()
            .add(
                Colour.FAINT,
                Wording.count(hosts.size(), "host")
                    + (zones == 0 ? "" : " in " + Wording.count(zones, "zone"))));
    page.flush();
  }

  /** Prints the hosts that match most nearly, with the conditions that each of them fails. */
  public void printNearMisses(List<Inventory.NearMiss> misses) {
    HostNames names = new HostNames(misses.stream().map(Inventory.NearMiss::host).toList());
    for (Inventory.NearMiss miss : misses.subList(0, Math.min(MISSES, misses.size()))) {
      page.words(
          page.line(" ").add(Colour.WARN, names.of(miss.host())).add("  "),
          "left out: " + String.join("; ", miss.failed()));
    }
    if (misses.size() > MISSES) {
      String rest = Wording.count(misses.size() - MISSES, "more host");
      page.print(page.line("  ").add(Colour.FAINT, "and " + rest + ", no nearer; --json has all"));
    }
    page.flush();
  }

  private static String tags(Host host) {
    StringBuilder text = new StringBuilder();
    host.tags()
        .forEach(
            (key, values) ->
                text.append(text.isEmpty() ? "" : " ")
                    .append(key)
                    .append('=')
                    .append(String.join(",", written(values))));
    return text.toString();
  }

  /** The values without the elements of a list that is one of them, which would be told twice. */
  private static List<String> written(Collection<String> values) {
    Set<String> elements =
        values.stream()
            .filter(value -> value.indexOf(',') >= 0)
            .flatMap(list -> Stream.of(list.split(",", -1)))
            .map(String::strip)
            .collect(Collectors.toSet());
    return values.stream().filter(value -> !elements.contains(value)).toList();
  }
}
