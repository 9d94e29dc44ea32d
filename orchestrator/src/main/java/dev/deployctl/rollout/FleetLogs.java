package dev.deployctl.rollout;

import dev.deployctl.event.HostEvent;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.ReleaseId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the app prints on its hosts. */
public final class FleetLogs {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  private final HostAgent agent;
  private final Timeline timeline;

  public FleetLogs(HostAgent agent, Timeline timeline) {
    this.agent = agent;
    this.timeline = timeline;
  }

  /** Which lines. Null: as the host has it. */
  public record Question(
      App app, @Nullable ReleaseId release, @Nullable Integer tail, @Nullable Duration since) {
    HostCommand command() {
      HostCommand command = HostCommand.of("logs", app);
      command = release == null ? command : command.with("--release=" + release.value());
      command = tail == null ? command : command.with("--tail=" + tail);
      return since == null ? command : command.with("--since=" + since.toSeconds());
    }
  }

  /** A line and where it was printed. */
  public record Line(Host host, HostEvent.LogLine line) {}

  /**
   * What all hosts have.
   *
   * @param lines oldest first, over all hosts
   */
  public record Collected(List<Line> lines, List<HostAnswer> answers) {
    public Collected {
      lines = List.copyOf(lines);
      answers = List.copyOf(answers);
    }
  }

  /** Collects the lines that are there, in the order of time. */
  public Collected collect(List<Host> hosts, Question question, int parallelism)
      throws InterruptedException {
    List<HostAnswer> answers =
        new FleetCall(agent, timeline).ask(hosts, question.command(), parallelism);
    List<Line> lines = new ArrayList<>();
    for (HostAnswer answer : answers) {
      if (answer instanceof HostAnswer.Done done) {
        for (HostEvent event : done.events()) {
          if (event instanceof HostEvent.LogLine line) {
            lines.add(new Line(answer.host(), line));
          }
        }
      }
    }
    // Stable: lines of one instant stay in the order in which their host told them.
    lines.sort(Comparator.comparing(line -> line.line().ts()));
    return new Collected(lines, answers);
  }

  /** Told while lines are followed, from many threads at once. */
  public interface Follower {
    void line(Line line);

    /** The connection is gone and is being made again. */
    void lost(Host host, String reason);
  }

  /**
   * Follows the lines of all hosts until each has ended by its own word; a lost connection is made
   * again, and goes on after the last line.
   */
  public List<HostAnswer> follow(List<Host> hosts, Question question, Follower follower)
      throws InterruptedException {
    List<HostAnswer> answers = java.util.Collections.synchronizedList(new ArrayList<>());
    timeline.forEach(
        hosts, hosts.size(), host -> answers.add(new Tail(host, question, follower).run()));
    return List.copyOf(answers);
  }

  private final class Tail {
    private final Host host;
    private final Question question;
    private final Follower follower;
    private String last = "";
    private java.time.Instant heard = timeline.now();
    private boolean any;

    Tail(Host host, Question question, Follower follower) {
      this.host = host;
      this.question = question;
      this.follower = follower;
    }

    HostAnswer run() throws InterruptedException {
      Duration wait = Duration.ofMillis(500);
      HostCommand command = question.command();
      while (true) {
        long before = heard.toEpochMilli();
        HostAnswer answer =
            new FleetCall(agent, timeline)
                .ask(List.of(host), command.with("--follow"), 1, this::hear)
                .getFirst();
        if (!(answer instanceof HostAnswer.OutOfReach gone) || !any) {
          return answer;
        }
        wait = heard.toEpochMilli() > before ? Duration.ofMillis(500) : wait.multipliedBy(2);
        wait = wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
        follower.lost(host, gone.reason());
        timeline.sleep(wait);
        Duration silent = Duration.between(heard, timeline.now());
        command =
            new Question(question.app(), question.release(), null, silent.plusSeconds(5)).command();
      }
    }

    private void hear(Host from, HostEvent event) {
      // After a new connection the last lines come once more.
      if (event instanceof HostEvent.LogLine line && line.ts().compareTo(last) > 0) {
        last = line.ts();
        heard = timeline.now();
        any = true;
        follower.line(new Line(from, line));
      }
    }
  }
}
