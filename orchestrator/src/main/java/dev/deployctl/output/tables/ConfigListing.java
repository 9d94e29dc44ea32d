package dev.deployctl.output.tables;

import dev.deployctl.output.json.Json;
import dev.deployctl.output.json.JsonLines;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.Page;
import dev.deployctl.output.terminal.Table;
import dev.deployctl.output.terminal.Terminal;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Shows settings with the place that each came from. */
public final class ConfigListing {
  private final PrintWriter out;
  private final Terminal terminal;
  private final boolean json;
  private final List<Setting> settings = new ArrayList<>();

  private record Setting(String path, String value, String origin) {}

  public ConfigListing(PrintWriter out, Terminal terminal, boolean json) {
    this.out = out;
    this.terminal = terminal;
    this.json = json;
  }

  public void add(String path, String value, String origin) {
    settings.add(new Setting(path, value, origin));
  }

  public void print() {
    if (json) {
      JsonLines lines = new JsonLines(out, Clock.systemUTC());
      for (Setting setting : settings) {
        lines.write(
            "setting",
            Json.object()
                .put("path", setting.path())
                .put("value", setting.value())
                .put("origin", setting.origin()));
      }
      return;
    }
    Page page = new Page(out, terminal);
    Table table = new Table(page, "KEY", "VALUE", "FROM");
    for (Setting setting : settings) {
      table.row(
          page.line(setting.path()),
          page.line(setting.value()),
          page.line().add(Colour.FAINT, setting.origin()));
    }
    table.print();
    page.flush();
  }
}
