package dev.deployctl.rollout;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostValues;
import dev.deployctl.fleet.HostCall;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.ImageRef;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.Release;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutPlan;
import dev.deployctl.rollout.outcome.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings the image to all hosts that lack it before the first of them is changed: then a registry
 * that goes away stops nobody, and a disk without room is found out in time.
 */
final class ImagePull {
  /** Registries are easily overrun: pulls go out in smaller groups than questions do. */
  private static final int AT_ONCE = 16;

  /**
   * The first ones would all come in the same moment; later ones are spread by what came before.
   */
  private static final Duration APART = Duration.ofMillis(5);

  /** Pulling twice does no harm, and a connection often comes back. */
  private static final int ATTEMPTS = 3;

  private final Ports ports;
  private final HostCall call;
  private final RolloutPlan plan;
  private final HostCommand command;
  private final AtomicReference<HostValues.@Nullable ImageLabels> pulled = new AtomicReference<>();

  ImagePull(Ports ports, RolloutPlan plan, App app, ImageRef.Digest digest) {
    this.ports = ports;
    this.call = new HostCall(ports.agent(), ports.timeline());
    this.plan = plan;
    this.command = HostCommand.pull(app, digest);
  }

  /**
   * Pulls on each host that said it lacks the image; nothing is told where none does.
   *
   * @param stopped asked before each host: then no more are asked
   * @param failed hears of each host that has no image now
   */
  void run(int parallelism, BooleanSupplier stopped, Consumer<HostOutcome> failed)
      throws InterruptedException {
    List<Host> hosts =
        plan.hosts().stream().filter(host -> !plan.present().contains(host.id())).toList();
    if (hosts.isEmpty()) {
      return;
    }
    Instant from = ports.timeline().now();
    int group = Math.max(1, Math.min(Math.min(AT_ONCE, parallelism), hosts.size()));
    AtomicInteger begun = new AtomicInteger();
    AtomicInteger good = new AtomicInteger();
    ports.tell(new RolloutEvent.StageStarted(RolloutEvent.Stage.PULL, hosts.size()));
    ports
        .timeline()
        .forEach(
            hosts,
            group,
            host -> {
              if (stopped.getAsBoolean()) {
                return;
              }
              if (begun.getAndIncrement() < group) {
                ports.timeline().sleep(jitter(group));
              }
              HostOutcome failure = pull(host);
              ports.tell(
                  new RolloutEvent.StageProgress(
                      RolloutEvent.Stage.PULL,
                      host,
                      failure == null,
                      failure == null ? "pulled" : reason(failure)));
              if (failure == null) {
                good.incrementAndGet();
              } else {
                failed.accept(failure);
              }
            });
    ports.tell(
        new RolloutEvent.StageFinished(
            RolloutEvent.Stage.PULL,
            good.get(),
            hosts.size(),
            Duration.between(from, ports.timeline().now())));
  }

  /** Returns the source of the image that was pulled, null where no host told it. */
  HostValues.@Nullable ImageLabels labels() {
    return pulled.get();
  }

  private static Duration jitter(int group) {
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(APART.toMillis() * group));
  }

  private @Nullable HostOutcome pull(Host host) throws InterruptedException {
    Instant from = ports.timeline().now();
    Release serving = plan.serving().get(host.id());
    for (int attempt = 1; ; attempt++) {
      switch (call.ask(host, command)) {
        case HostResult.Answered answered -> {
          answered.events(AnswerEvents.PullFinished.class).stream()
              .map(AnswerEvents.PullFinished::labels)
              .filter(Objects::nonNull)
              .forEach(labels -> pulled.compareAndSet(null, labels));
          return null;
        }
        case HostResult.Refused refused -> {
          return new HostOutcome.Failed(
              host,
              serving,
              plan.wanted(),
              Step.PULL,
              refused.error(),
              false,
              Duration.between(from, ports.timeline().now()));
        }
        case HostResult.Unreachable lost -> {
          if (attempt == ATTEMPTS) {
            return Outcomes.unreachable(lost, serving);
          }
        }
      }
      ports.timeline().sleep(Duration.ofSeconds(attempt));
    }
  }

  private static String reason(HostOutcome outcome) {
    return switch (outcome) {
      case HostOutcome.Failed failed -> failed.error().message();
      case HostOutcome.Unreachable gone -> gone.reason();
      default -> "";
    };
  }
}
