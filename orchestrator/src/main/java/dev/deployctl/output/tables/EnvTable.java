package dev.deployctl.output.tables;

import dev.deployctl.event.EnvEvents.EnvListed;
import dev.deployctl.event.EnvEvents.EnvName;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Line;
import dev.deployctl.output.terminal.Page;
import dev.deployctl.output.terminal.Table;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.output.terminal.Times;
import dev.deployctl.output.terminal.Wording;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Prints the names of an app's environment. What is the same on several hosts is one row. */
public final class EnvTable {
  private final Page page;

  public EnvTable(PrintWriter out, Terminal terminal) {
    this.page = new Page(out, terminal);
  }

  /** A row: a variable as one or more hosts have it. */
  private record Row(
      String name,
      @Nullable String source,
      @Nullable String changed,
      @Nullable String by,
      @Nullable String live) {
    static Row of(EnvName variable) {
      return new Row(
          variable.name(), variable.source(), variable.changed(), variable.by(), variable.live());
    }

    /** Returns whether the next deploy or restart gives the app something else. */
    boolean isPending() {
      return live != null && !live.equals("same");
    }
  }

  public void print(App app, List<HostResult> answers) {
    HostNames names = new HostNames(answers.stream().map(HostResult::host).toList());
    long answered = answers.stream().filter(HostResult.Answered.class::isInstance).count();
    Map<Row, List<Host>> rows = rows(answers);
    Table table = new Table(page, "NAME", "FROM", "CHANGED (UTC)", "BY", "LIVE", "HOSTS");
    rows.keySet().stream()
        .sorted(Comparator.comparing(Row::name))
        .forEach(
            row -> table.row(cells(row, Objects.requireNonNull(rows.get(row)), answered, names)));
    if (!rows.isEmpty()) {
      table.print("HOSTS", "BY", "CHANGED (UTC)", "FROM");
    }
    remarks(answers, names);
    List<String> pending =
        rows.keySet().stream().filter(Row::isPending).map(Row::name).distinct().sorted().toList();
    if (!pending.isEmpty()) {
      page.words(
          page.line("  "),
          Wording.count(pending.size(), "name")
              + (pending.size() == 1 ? " differs" : " differ")
              + " from the live release until: deployctl restart "
              + app);
    }
    page.flush();
  }

  private static Map<Row, List<Host>> rows(List<HostResult> answers) {
    Map<Row, List<Host>> rows = new LinkedHashMap<>();
    for (HostResult answer : answers) {
      variables(answer)
          .forEach(
              variable ->
                  rows.computeIfAbsent(Row.of(variable), _ -> new ArrayList<>())
                      .add(answer.host()));
    }
    return rows;
  }

  private Line[] cells(Row row, List<Host> hosts, long answered, HostNames names) {
    return new Line[] {
      page.line(row.name()),
      page.line(Objects.requireNonNullElse(row.source(), "")),
      page.line(row.changed() == null ? "" : Times.text(row.changed())),
      page.line(Objects.requireNonNullElse(row.by(), "")),
      live(row.live()),
      page.line(hosts.size() == answered ? "all" : names.of(hosts))
    };
  }

  private Line live(@Nullable String live) {
    return switch (live) {
      case null -> page.line("");
      case "same" -> page.line().add(Colour.GOOD, "yes");
      case "differs" -> page.line().add(Colour.WARN, "another value");
      case "absent" -> page.line().add(Colour.WARN, "not yet");
      case "only" -> page.line().add(Colour.WARN, "until restarted");
      default -> page.line(live);
    };
  }

  private void remarks(List<HostResult> answers, HostNames names) {
    for (HostResult answer : answers) {
      String problem = answer.problem();
      if (problem != null) {
        page.words(page.line(" ").add(Colour.BAD, names.of(answer.host())).add("  "), problem);
        String hint = answer.hint();
        if (hint != null) {
          page.words(page.line("   "), Colour.FAINT, hint);
        }
      }
      sources(answer)
          .map(EnvListed::problem)
          .filter(Objects::nonNull)
          .forEach(
              text ->
                  page.words(
                      page.line(" ").add(Colour.WARN, names.of(answer.host())).add("  "), text));
    }
  }

  private static Stream<EnvName> variables(HostResult answer) {
    return answer instanceof HostResult.Answered answered
        ? answered.events(EnvName.class).stream()
        : Stream.empty();
  }

  private static Stream<EnvListed> sources(HostResult answer) {
    return answer instanceof HostResult.Answered answered
        ? answered.events(EnvListed.class).stream()
        : Stream.empty();
  }
}
