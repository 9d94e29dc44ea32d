package dev.deployctl.fleet;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostEvent;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.fleet.command.InspectionCommands;
import dev.deployctl.fleet.command.SearchText;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.ProcessName;
import dev.deployctl.model.ReleaseId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the output of an app from its hosts. */
public final class FleetLogs {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  private final FleetCall fleet;
  private final HostCall call;
  private final Timeline timeline;

  /**
   * @param notes receives a sentence about hosts that do not answer while the others wait for them
   */
  public FleetLogs(HostAgent agent, Timeline timeline, Consumer<String> notes) {
    this.fleet = new FleetCall(agent, timeline, notes);
    this.call = new HostCall(agent, timeline);
    this.timeline = timeline;
  }

  /** The text that lines must contain. */
  public record Filter(SearchText text, boolean ignoreCase) {}

  /**
   * The lines that are asked for; null stands for the host's default.
   *
   * @param filter null for all lines
   */
  public record Question(
      App app,
      @Nullable ProcessName process,
      @Nullable ReleaseId release,
      @Nullable Integer tail,
      @Nullable Duration since,
      @Nullable Filter filter) {
    HostCommand command() {
      HostCommand all = HostCommand.logs(app, process, release, tail, since);
      return filter == null
          ? all
          : InspectionCommands.matching(all, filter.text(), filter.ignoreCase());
    }

    /** Returns the same question about the last time alone. */
    Question since(Duration silent) {
      return new Question(app, process, release, null, silent, filter);
    }

    /** Returns whether a host that sent no line before its connection broke was answering. */
    boolean mayBeSilent(HostResult.Unreachable gone) {
      return filter != null && gone.mayHaveRun();
    }
  }

  /** A line and the host that it is from. */
  public record Line(Host host, AnswerEvents.LogLine line) {}

  /**
   * The lines of all hosts.
   *
   * @param lines oldest first, over all hosts
   */
  public record Collected(List<Line> lines, List<HostResult> answers) {
    public Collected {
      lines = List.copyOf(lines);
      answers = List.copyOf(answers);
    }
  }

  /** Collects the lines that are there, in the order of time, by one clock. */
  public Collected collect(List<Host> hosts, Question question, int parallelism)
      throws InterruptedException {
    List<HostResult> answers = fleet.ask(hosts, question.command(), parallelism);
    List<Line> lines = new ArrayList<>();
    for (HostResult answer : answers) {
      if (answer instanceof HostResult.Answered done) {
        for (AnswerEvents.LogLine line : done.events(AnswerEvents.LogLine.class)) {
          lines.add(new Line(answer.host(), line.at(done.clock().corrected(line.ts()))));
        }
      }
    }
    // Stable: lines of one instant stay in the order in which their host told them.
    lines.sort(Comparator.comparing(line -> line.line().ts()));
    return new Collected(lines, answers);
  }

  /** Receives lines while they are followed, from many threads at once. */
  public interface Follower {
    void line(Line line);

    /** Called when the connection is lost and is being made again. */
    void lost(Host host, String reason);
  }

  /**
   * Follows the lines of all hosts until each host ends its answer; a lost connection is made again
   * and continues after the last line.
   */
  public List<HostResult> follow(List<Host> hosts, Question question, Follower follower)
      throws InterruptedException {
    List<HostResult> answers = java.util.Collections.synchronizedList(new ArrayList<>());
    timeline.forEach(
        hosts, hosts.size(), host -> answers.add(new Tail(host, question, follower).run()));
    return List.copyOf(answers);
  }

  private final class Tail {
    private final Host host;
    private final Question question;
    private final Follower follower;
    private final HeardLines lines = new HeardLines();
    private java.time.Instant heard = timeline.now();

    Tail(Host host, Question question, Follower follower) {
      this.host = host;
      this.question = question;
      this.follower = follower;
    }

    HostResult run() throws InterruptedException {
      Duration wait = Duration.ofMillis(500);
      HostCommand command = question.command();
      while (true) {
        long before = heard.toEpochMilli();
        HostResult answer = call.follow(host, command.following(), this::hear);
        if (!(answer instanceof HostResult.Unreachable gone)
            || (lines.isEmpty() && !question.mayBeSilent(gone))) {
          return answer;
        }
        wait = heard.toEpochMilli() > before ? Duration.ofMillis(500) : wait.multipliedBy(2);
        wait = wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
        follower.lost(host, gone.reason());
        timeline.sleep(wait);
        lines.again();
        Duration silent = Duration.between(heard, timeline.now());
        command = question.since(silent.plusSeconds(5)).command();
      }
    }

    private void hear(HostEvent event) {
      if (event instanceof AnswerEvents.LogLine line && lines.isNew(line)) {
        heard = timeline.now();
        follower.line(new Line(host, line));
      }
    }
  }
}
