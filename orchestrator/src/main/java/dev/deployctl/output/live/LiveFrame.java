package dev.deployctl.output.live;

import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.Line;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** One picture of a rollout: never more lines than the terminal has, each fit to be cut. */
final class LiveFrame {
  private final Terminal terminal;
  private final Progress progress;
  private final Instant now;

  LiveFrame(Terminal terminal, Progress progress, Instant now) {
    this.terminal = terminal;
    this.progress = progress;
    this.now = now;
  }

  List<Line> lines() {
    List<Line> head = head();
    Line foot = foot();
    // The cursor needs the line below the picture.
    int room = terminal.height() - 1 - head.size() - 1;
    boolean airy = room > 4 && !progress.hosts().isEmpty();
    List<Line> lines = new ArrayList<>(head);
    if (airy) {
      lines.add(new Line(terminal));
    }
    lines.addAll(new LiveHosts(terminal, progress, now).lines(airy ? room - 1 : room));
    lines.add(foot);
    // On a terminal of very few lines the foot is what tells most.
    int most = Math.max(1, terminal.height() - 1);
    return lines.size() <= most ? lines : lines.subList(lines.size() - most, lines.size());
  }

  private List<Line> head() {
    List<Line> parts = new ArrayList<>();
    progress.stages().forEach((stage, at) -> parts.add(stage(stage, at)));
    RolloutEvent.BatchStarted batch = progress.batch();
    if (batch != null) {
      parts.add(batch(batch));
    }
    // What is through says least: on a narrow terminal it makes room.
    while (parts.size() > 1 && parts.stream().mapToInt(Line::width).sum() > terminal.width()) {
      parts.removeFirst();
    }
    Line stages = new Line(terminal);
    parts.forEach(stages::add);
    List<Line> head = new ArrayList<>(List.of(stages));
    String notice = progress.notice(now);
    if (notice != null) {
      head.add(new Line(terminal).add(" ").add(Colour.WARN, notice));
    }
    return head;
  }

  private Line stage(RolloutEvent.Stage stage, Progress.StageProgress at) {
    boolean good = at.ok() == at.done();
    boolean one = stage == RolloutEvent.Stage.RELEASE;
    String text = one ? stage.word() : stage.word() + " " + at.ok() + "/" + at.hosts();
    return part(good, at.finished(), text);
  }

  private Line batch(RolloutEvent.BatchStarted batch) {
    RolloutOutcome outcome = progress.outcome();
    String text = "batch " + batch.number() + " of " + batch.of();
    return part(
        outcome == null || outcome.exitCode() == 0,
        outcome != null,
        text + (batch.canary() ? " (canary)" : ""));
  }

  private Line part(boolean good, boolean finished, String text) {
    Line part = new Line(terminal).add(" ");
    if (!good) {
      part.add(Colour.BAD, "✗");
    } else if (finished) {
      part.add(Colour.GOOD, "✓");
    } else {
      part.add(Colour.BUSY, "▶");
    }
    return part.add(" " + text + "  ");
  }

  private Line foot() {
    List<String> parts = new ArrayList<>();
    parts.add("elapsed " + Wording.seconds(Duration.between(progress.started, now)));
    if (!progress.hosts().isEmpty()) {
      parts.add("failures " + progress.failures() + " of " + progress.budget() + " allowed");
    }
    Duration left = progress.left(now);
    if (left != null) {
      parts.add("about " + Wording.seconds(left) + " left");
    }
    Line text = new Line(terminal).add(Colour.FAINT, String.join(" · ", parts));
    int indent = Math.max(1, Math.min(terminal.width(), 100) - text.width() - 1);
    return new Line(terminal).to(indent).add(text);
  }
}
