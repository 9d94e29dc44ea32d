package dev.deployctl.rollout.planning;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostValues;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.Host;
import dev.deployctl.model.ImageRef;
import dev.deployctl.rollout.outcome.Release;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A host that passed its preflight. */
public record ReadyHost(Host host, AnswerEvents.PreflightFinished answer) {
  public static ReadyHost of(HostResult.Answered result) {
    return new ReadyHost(result.host(), Objects.requireNonNull(answer(result)));
  }

  /** Returns the answer to a preflight, or null where there is none among the events. */
  public static AnswerEvents.@Nullable PreflightFinished answer(HostResult.Answered result) {
    List<AnswerEvents.PreflightFinished> all = result.events(AnswerEvents.PreflightFinished.class);
    return all.isEmpty() ? null : all.getLast();
  }

  /** Returns the live release; null where there is none. */
  public @Nullable Release serving() {
    HostValues.Serving serving = answer.serving();
    return serving == null ? null : Release.of(serving);
  }

  /** Returns whether this image is live already, and healthy. */
  public boolean runs(ImageRef.Digest digest) {
    HostValues.Serving serving = answer.serving();
    return serving != null && serving.healthy() && digest.value().equals(serving.digest());
  }
}
