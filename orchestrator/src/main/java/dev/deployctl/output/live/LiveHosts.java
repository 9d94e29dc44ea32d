package dev.deployctl.output.live;

import dev.deployctl.model.Durations;
import dev.deployctl.output.report.OutcomeText;
import dev.deployctl.output.report.Tally;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.Columns;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Line;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The hosts of a live picture. Each has its line while there is room; then those that are through
 * and those that wait become numbers, and the ones that run or failed stay.
 */
final class LiveHosts {
  private static final int NAME = 32;

  private final Terminal terminal;
  private final Progress progress;
  private final Instant now;
  private final HostNames names;
  private final int nameWidth;
  private final int zoneWidth;

  LiveHosts(Terminal terminal, Progress progress, Instant now) {
    this.terminal = terminal;
    this.progress = progress;
    this.now = now;
    Collection<HostProgress> hosts = progress.hosts();
    this.names = new HostNames(hosts.stream().map(host -> host.host).toList());
    this.nameWidth =
        Math.min(
            NAME, hosts.stream().mapToInt(host -> Columns.of(names.of(host.host))).max().orElse(0));
    this.zoneWidth = hosts.stream().mapToInt(host -> Columns.of(host.host.zone())).max().orElse(0);
  }

  List<Line> lines(int room) {
    List<Line> refused = progress.refusals().stream().map(this::refusal).toList();
    if (refused.size() + progress.hosts().size() <= room) {
      List<Line> lines = new ArrayList<>(refused);
      progress.hosts().forEach(host -> lines.add(host(host)));
      return lines;
    }
    return collapsed(refused, room);
  }

  private List<Line> collapsed(List<Line> refused, int room) {
    List<HostProgress> running = select(HostProgress::running);
    List<Line> bad = new ArrayList<>(refused);
    select(HostProgress::failed).forEach(host -> bad.add(host(host)));
    List<HostProgress> good = select(host -> !host.running() && !host.waiting() && !host.failed());
    int waiting = select(HostProgress::waiting).size();

    List<Line> lines = new ArrayList<>();
    if (!good.isEmpty()) {
      lines.add(
          count("✓", Colour.GOOD, Tally.of(good.stream().map(LiveHosts::ended).toList(), names)));
    }
    int left = room - lines.size() - (waiting == 0 ? 0 : 1);
    // Running hosts get what the failed ones leave, but at least half.
    int forBad = Math.max(left - running.size(), left / 2);
    lines.addAll(some(bad, forBad, "✗", Colour.BAD, " of " + bad.size() + " failed"));
    left = room - lines.size() - (waiting == 0 ? 0 : 1);
    List<Line> busy = running.stream().map(this::host).toList();
    String rest = " of " + busy.size() + " running: " + steps(running);
    lines.addAll(some(busy, left, "▶", Colour.BUSY, rest));
    if (waiting > 0) {
      lines.add(count("·", Colour.FAINT, waiting + " waiting"));
    }
    return lines;
  }

  private List<Line> some(List<Line> all, int room, String mark, Colour colour, String rest) {
    if (all.size() <= room) {
      return all;
    }
    int shown = Math.max(0, room - 1);
    List<Line> lines = new ArrayList<>(all.subList(0, shown));
    lines.add(count(mark, colour, all.size() - shown + (shown == 0 ? "" : " more") + rest));
    return lines;
  }

  private static String steps(List<HostProgress> running) {
    Map<String, Long> steps =
        running.stream()
            .collect(
                Collectors.groupingBy(HostProgress::step, TreeMap::new, Collectors.counting()));
    return steps.entrySet().stream()
        .map(step -> step.getValue() + " " + step.getKey())
        .collect(Collectors.joining(", "));
  }

  private Line count(String mark, Colour colour, String text) {
    return new Line(terminal).add(" ").add(colour, mark).add(" ").add(colour, text);
  }

  private Line refusal(RolloutEvent.StageProgress refused) {
    return new Line(terminal)
        .add(" ")
        .add(Colour.BAD, "✗ ")
        .add(Colour.STRONG, names.of(refused.host()))
        .add("  " + refused.stage().word() + ": " + refused.message());
  }

  private Line host(HostProgress host) {
    Line line = new Line(terminal).add(" ").add(Columns.cut(names.of(host.host), NAME));
    line.to(1 + nameWidth + 2);
    if (zoneWidth > 0) {
      line.add(Colour.FAINT, host.host.zone()).to(1 + nameWidth + 2 + zoneWidth + 2);
    }
    HostOutcome outcome = host.outcome();
    if (host.running()) {
      running(line, host);
    } else if (outcome == null) {
      line.add(Colour.FAINT, "· waiting");
    } else {
      line.add(OutcomeText.colour(outcome), outcome.kind().mark() + " ")
          .add(OutcomeText.of(outcome));
    }
    return line;
  }

  private void running(Line line, HostProgress host) {
    int at = line.width();
    line.add(Colour.BUSY, "▶ ").add(host.step()).to(at + 10);
    Instant since = host.since();
    if (since != null) {
      String time = Durations.text(Duration.between(since, now));
      line.to(at + 10 + Math.max(0, 8 - time.length())).add(Colour.FAINT, time);
    }
    if (!host.detail().isEmpty()) {
      line.add("   " + host.detail());
    }
  }

  private List<HostProgress> select(Predicate<HostProgress> which) {
    return progress.hosts().stream().filter(which).toList();
  }

  private static HostOutcome ended(HostProgress host) {
    return Objects.requireNonNull(host.outcome());
  }
}
