package dev.deployctl.fleet;

import dev.deployctl.event.HostEvent;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.ReleaseId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  /** Collects the lines that are there, in the order of time, by one clock. */
  public Collected collect(List<Host> hosts, Question question, int parallelism)
      throws InterruptedException {
    List<HostAnswer> answers =
        new FleetCall(agent, timeline).ask(hosts, question.command(), parallelism);
    List<Line> lines = new ArrayList<>();
    for (HostAnswer answer : answers) {
      if (answer instanceof HostAnswer.Done done) {
        for (HostEvent event : done.events()) {
          if (event instanceof HostEvent.LogLine line) {
            lines.add(new Line(answer.host(), line.at(done.clock().corrected(line.ts()))));
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
    private final Map<Integer, Heard> instances = new HashMap<>();
    private java.time.Instant heard = timeline.now();

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
            new FleetCall(agent, timeline).follow(host, command.with("--follow"), this::hear);
        if (!(answer instanceof HostAnswer.OutOfReach gone) || instances.isEmpty()) {
          return answer;
        }
        wait = heard.toEpochMilli() > before ? Duration.ofMillis(500) : wait.multipliedBy(2);
        wait = wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
        follower.lost(host, gone.reason());
        timeline.sleep(wait);
        instances.values().forEach(Heard::again);
        Duration silent = Duration.between(heard, timeline.now());
        command =
            new Question(question.app(), question.release(), null, silent.plusSeconds(5)).command();
      }
    }

    private void hear(Host from, HostEvent event) {
      if (event instanceof HostEvent.LogLine line
          && instances.computeIfAbsent(line.instance(), _ -> new Heard()).isNew(line.ts())) {
        heard = timeline.now();
        follower.line(new Line(from, line));
      }
    }
  }

  /**
   * How far an instance's lines were heard. After a new connection the last ones come once more;
   * many may carry one time, and those of two instances are in no order.
   */
  private static final class Heard {
    private String last = "";
    private int ofLast;
    private boolean replay;
    private int replayed;

    void again() {
      replay = true;
      replayed = 0;
    }

    boolean isNew(String ts) {
      int order = ts.compareTo(last);
      if (replay && (order < 0 || (order == 0 && ++replayed <= ofLast))) {
        return false;
      }
      replay = false;
      if (order > 0) {
        last = ts;
        ofLast = 0;
      }
      ofLast += order >= 0 ? 1 : 0;
      return true;
    }
  }
}
