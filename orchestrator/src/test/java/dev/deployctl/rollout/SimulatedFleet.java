package dev.deployctl.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostEvent;
import dev.deployctl.event.LockEvents;
import dev.deployctl.event.OtherFields;
import dev.deployctl.event.TransactionEvents;
import dev.deployctl.fleet.ConnectionLostException;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostReply;
import dev.deployctl.fleet.HostUnreachableException;
import dev.deployctl.fleet.Timeline;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.Host;
import dev.deployctl.rollout.SimulatedHost.Behavior;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** A fleet in simulated time that records all calls of its hosts. */
final class SimulatedFleet implements HostAgent {
  static final String WANTED = "sha256:" + "1".repeat(64);
  private static final Duration ROUND_TRIP = Duration.ofMillis(40);
  private static final Duration DEPLOY = Duration.ofSeconds(9);

  final Map<String, SimulatedHost> hosts = new LinkedHashMap<>();
  private final Timeline timeline;

  /** Sees each call as it is made. */
  BiConsumer<Host, HostCommand> onCall = (host, command) -> {};

  /** Sees each call that is going to be made. */
  BiConsumer<Host, HostCommand> onPrepare = (host, command) -> {};

  int deploying;
  int mostDeploying;

  SimulatedFleet(Timeline timeline) {
    this.timeline = timeline;
  }

  SimulatedHost of(Host host) {
    return Objects.requireNonNull(hosts.get(host.id()));
  }

  @Override
  public void prepare(Host host, HostCommand command) {
    onPrepare.accept(host, command);
  }

  @Override
  public HostReply call(Host host, HostCommand command, Consumer<HostEvent> events)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    onCall.accept(host, command);
    List<HostEvent> sent = new ArrayList<>();
    HostReply reply =
        answer(
            host,
            command,
            event -> {
              sent.add(event);
              events.accept(event);
            });
    HostEvent last = reply.last();
    if (last != null && !sent.contains(last)) {
      events.accept(last);
    }
    return reply;
  }

  private HostReply answer(Host host, HostCommand command, Consumer<HostEvent> events)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    SimulatedHost it = of(host);
    it.calls++;
    expire(it);
    timeline.sleep(ROUND_TRIP);
    boolean preflight = command.verb().equals("preflight") || command.verb().equals("status");
    if (preflight) {
      timeline.sleep(it.slow);
    }
    if (it.behavior == Behavior.DEAD
        || (it.behavior == Behavior.DIES_AFTER_PREFLIGHT && !preflight)) {
      timeline.sleep(Duration.ofSeconds(5));
      throw new HostUnreachableException(host, "connect timed out", null, null);
    }
    Instant backAt = it.backAt;
    if (backAt != null && timeline.now().isBefore(backAt)) {
      timeline.sleep(Duration.ofSeconds(5));
      throw new HostUnreachableException(host, "no route to host", null, null);
    }
    return switch (command.verb()) {
      case "preflight" -> SimulatedReplies.preflight(it);
      case "status" -> SimulatedReplies.status(it, timeline.now(), events);
      case "pull" -> pull(it);
      case "lock" -> lock(it, command);
      case "unlock" -> unlock(it, option(command, "--lock="));
      case "deploy", "promote" -> deploy(host, it, command, events);
      case "abandon" -> abandon(it, command, events);
      case "history" -> SimulatedReplies.history();
      case "attach" -> attach(host, it, command, events);
      case "release" -> it.migration.answer(timeline, it, command, events);
      case "traffic" -> SimulatedReplies.traffic(it, events);
      case "stop" -> stop(events);
      case "rollback" -> undo(it, command, events);
      default -> throw new IllegalStateException(command.toString());
    };
  }

  private static String option(HostCommand command, String name) {
    return command.arguments().stream()
        .filter(word -> word.startsWith(name))
        .findFirst()
        .orElseThrow()
        .substring(name.length());
  }

  private HostReply pull(SimulatedHost it) throws InterruptedException {
    it.pulls++;
    timeline.sleep(Duration.ofSeconds(2));
    return it.behavior == Behavior.NO_ROOM
        ? SimulatedReplies.refused(74, "disk-full", "no room for the image")
        : new HostReply(
            0,
            new AnswerEvents.PullFinished(
                1, WANTED, null, false, 1000, "succeeded", 0, it.labels, null, OtherFields.NONE),
            "");
  }

  private HostReply lock(SimulatedHost it, HostCommand command) {
    boolean renewal = command.arguments().contains("--renew");
    if (renewal && it.oldScript) {
      return SimulatedReplies.refused(64, "usage", "lock has no option --renew");
    }
    String lock = option(command, "--lock=");
    expire(it);
    if (it.foreignLock != null || (it.lock != null && !it.lock.equals(lock))) {
      return SimulatedReplies.refused(75, "locked", "bob holds the app since 03:00");
    }
    if (it.lock == null) {
      if (renewal) {
        return SimulatedReplies.refused(75, "locked", "the lock is not held");
      }
      it.lockSince = timeline.now().toString();
    }
    it.lock = lock;
    it.lockUntil =
        timeline.now().plus(Duration.ofSeconds(Long.parseLong(option(command, "--expires="))));
    return new HostReply(0, new LockEvents.LockTaken(1, lock, "alice", it.lockSince, null), "");
  }

  private void expire(SimulatedHost it) {
    Instant until = it.lockUntil;
    if (until != null && until.isBefore(timeline.now())) {
      it.lock = null;
      it.lockUntil = null;
    }
  }

  private static HostReply unlock(SimulatedHost it, String lock) {
    if (lock.equals(it.lock)) {
      it.lock = null;
    }
    return new HostReply(0, new LockEvents.LockReleased(1, lock), "");
  }

  private HostReply deploy(
      Host host, SimulatedHost it, HostCommand command, Consumer<HostEvent> events)
      throws ConnectionLostException, InterruptedException {
    String rollout = option(command, "--rollout=");
    if (it.behavior == Behavior.LOST_BEFORE_BEGIN && it.calls++ < 6) {
      throw new ConnectionLostException(host, "broken pipe", null);
    }
    if (rollout.equals(it.transaction)) {
      return attach(host, it, command, events);
    }
    expire(it);
    if (!option(command, "--lock=").equals(it.lock)) {
      return SimulatedReplies.refused(75, "locked", "a rollout must hold the lock");
    }
    if (command.verb().equals("promote")) {
      if (it.held == null) {
        return SimulatedReplies.refused(66, "not-found", "no release is held");
      }
      it.held = null;
      it.promoted++;
    }
    it.begun++;
    it.transaction = rollout;
    deploying++;
    mostDeploying = Math.max(mostDeploying, deploying);
    events.accept(
        new TransactionEvents.DeployStarted(
            1,
            "deploy",
            rollout,
            "20261123-030405-3f9ac1",
            WANTED,
            "v2",
            "alice",
            null,
            OtherFields.NONE));
    events.accept(new TransactionEvents.StepStarted(2, "health"));
    timeline.sleep(DEPLOY);
    deploying--;
    boolean good =
        it.behavior != Behavior.BROKEN_RELEASE && it.behavior != Behavior.COMES_BACK_UNCHANGED;
    boolean holds = command.arguments().stream().anyMatch(word -> word.startsWith("--hold="));
    if (good && holds) {
      it.held = rollout;
    } else if (good) {
      it.previous = it.serving;
      it.serving = WANTED;
      it.servingRollout = rollout;
    }
    if (it.behavior == Behavior.COMES_BACK || it.behavior == Behavior.COMES_BACK_UNCHANGED) {
      it.backAt = timeline.now().plus(Duration.ofSeconds(60));
      throw new ConnectionLostException(host, "no sign of life", null);
    }
    if (it.behavior == Behavior.LOSES_CONNECTION || it.behavior == Behavior.FALLS_SILENT) {
      throw new ConnectionLostException(host, "connection reset", null);
    }
    if (it.diesAfterDeploy) {
      it.backAt = timeline.now().plus(Duration.ofDays(1));
    }
    if (it.receipt != null) {
      events.accept(it.receipt);
    }
    return SimulatedReplies.ended(it, good, events);
  }

  private HostReply abandon(SimulatedHost it, HostCommand command, Consumer<HostEvent> events)
      throws InterruptedException {
    expire(it);
    if (!option(command, "--lock=").equals(it.lock)) {
      return SimulatedReplies.refused(75, "locked", "an abandon must hold the lock");
    }
    assertThat(option(command, "--release=")).isEqualTo(it.newRelease);
    if (it.keepsHeld) {
      return SimulatedReplies.refused(69, "unavailable", "Docker does not answer");
    }
    it.abandoned++;
    it.held = null;
    timeline.sleep(Duration.ofSeconds(1));
    HostEvent last =
        new TransactionEvents.DeployFinished(
            1, "abandon", "succeeded", 0, null, null, null, false, 1000, null, OtherFields.NONE);
    events.accept(last);
    return new HostReply(0, last, "");
  }

  private HostReply attach(
      Host host, SimulatedHost it, HostCommand command, Consumer<HostEvent> events)
      throws ConnectionLostException {
    if (it.behavior == Behavior.FALLS_SILENT) {
      throw new ConnectionLostException(host, "connection reset", null);
    }
    if (!option(command, "--rollout=").equals(it.transaction)) {
      return SimulatedReplies.refused(66, "not-found", "no such rollout");
    }
    return SimulatedReplies.ended(it, it.held != null || it.serving.equals(WANTED), events);
  }

  private HostReply undo(SimulatedHost it, HostCommand command, Consumer<HostEvent> events)
      throws InterruptedException {
    expire(it);
    if (!option(command, "--lock=").equals(it.lock)) {
      return SimulatedReplies.refused(75, "locked", "a rollback must hold the lock");
    }
    it.undone++;
    timeline.sleep(Duration.ofSeconds(2));
    boolean mine = option(command, "--undo=").equals(it.servingRollout);
    if (mine) {
      it.serving = Objects.requireNonNull(it.previous);
      it.servingRollout = null;
    }
    HostEvent last =
        new TransactionEvents.DeployFinished(
            1,
            "rollback",
            mine ? "succeeded" : "unchanged",
            0,
            "20261120-101500-77aa02",
            it.serving,
            "v1",
            mine,
            2000,
            null,
            OtherFields.NONE);
    events.accept(last);
    return new HostReply(0, last, "");
  }

  private HostReply stop(Consumer<HostEvent> events) throws InterruptedException {
    events.accept(new TransactionEvents.StepStarted(1, "drain"));
    timeline.sleep(Duration.ofSeconds(2));
    HostEvent last =
        new TransactionEvents.DeployFinished(
            2, "stop", "succeeded", 0, null, null, null, true, 2000, null, OtherFields.NONE);
    events.accept(last);
    return new HostReply(0, last, "");
  }

  @Override
  public void close() {}
}
