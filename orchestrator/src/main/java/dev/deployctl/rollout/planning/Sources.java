package dev.deployctl.rollout.planning;

import dev.deployctl.event.HostValues;
import dev.deployctl.event.HostValues.ImageLabels;
import dev.deployctl.rollout.outcome.SourceChange;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The source of the live and the new image, from the labels that hosts report. */
public final class Sources {
  private Sources() {}

  /** Returns what hosts know before anything is pulled, or null if they know nothing. */
  public static @Nullable SourceChange of(List<ReadyHost> ready) {
    ImageLabels wanted =
        ready.stream()
            .map(host -> host.answer().labels())
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
    return change(live(ready), wanted);
  }

  /** Returns the same with what the pulled image tells. */
  public static @Nullable SourceChange pulled(
      @Nullable SourceChange known, @Nullable ImageLabels wanted) {
    if (wanted == null) {
      return known;
    }
    SourceChange now = Objects.requireNonNull(change(null, wanted));
    return known == null
        ? now
        : new SourceChange(
            now.repository() == null ? known.repository() : now.repository(),
            known.from(),
            now.to(),
            known.builtFrom(),
            now.builtTo());
  }

  /** Returns the labels of the live image where all hosts run one image, else null. */
  private static @Nullable ImageLabels live(List<ReadyHost> ready) {
    long images =
        ready.stream()
            .map(host -> host.answer().serving())
            .filter(Objects::nonNull)
            .map(HostValues.Serving::digest)
            .distinct()
            .count();
    return images == 1
        ? ready.stream()
            .map(host -> host.answer().servingLabels())
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null)
        : null;
  }

  private static @Nullable SourceChange change(
      @Nullable ImageLabels live, @Nullable ImageLabels wanted) {
    if (live == null && wanted == null) {
      return null;
    }
    String repository = wanted == null ? null : wanted.source();
    return new SourceChange(
        repository != null || live == null ? repository : live.source(),
        live == null ? null : live.revision(),
        wanted == null ? null : wanted.revision(),
        live == null ? null : time(live.created()),
        wanted == null ? null : time(wanted.created()));
  }

  private static @Nullable Instant time(@Nullable String text) {
    try {
      return text == null ? null : OffsetDateTime.parse(text.replace(' ', 'T')).toInstant();
    } catch (DateTimeException noTime) {
      return null;
    }
  }
}
