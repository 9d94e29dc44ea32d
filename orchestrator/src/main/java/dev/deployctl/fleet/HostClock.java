package dev.deployctl.fleet;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostEvent;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A host's clock beside this machine's, as far as an answer tells: it was made after the call was
 * sent and before it was heard. Clocks that may be the same are taken for the same.
 *
 * @param least how far it is ahead at least; negative: behind
 * @param most how far it is ahead at most
 */
public record HostClock(Duration least, Duration most) {
  /** Of a host that is not known to go wrong. */
  public static final HostClock SAME = new HostClock(Duration.ZERO, Duration.ZERO);

  /** Less than this is what clocks that are kept by NTP may differ by. */
  public static final Duration NOISE = Duration.ofSeconds(2);

  /** Reads the host's time off the last event of its answer. */
  public static HostClock of(HostEvent event, Instant sent, Instant heard, HostClock otherwise) {
    Instant told = event instanceof AnswerEvents.Finished finished ? instant(finished.ts()) : null;
    return told == null
        ? otherwise
        : new HostClock(Duration.between(heard, told), Duration.between(sent, told));
  }

  /** Returns whether it certainly differs from this machine's. */
  public boolean isOff() {
    return least.compareTo(NOISE) > 0 || most.compareTo(NOISE.negated()) < 0;
  }

  /** Returns by how much it is ahead, as an estimate; zero where it may be right. */
  public Duration ahead() {
    return isOff() ? least.plus(most).dividedBy(2) : Duration.ZERO;
  }

  /** A time of the host's in this machine's time; as it is where the clock may be right. */
  public String corrected(String ts) {
    Instant at = instant(ts);
    return at == null || !isOff() ? ts : text(at.minus(ahead()));
  }

  /** As hosts write times, with milliseconds: so that they compare as text. */
  public static String text(Instant at) {
    String whole = at.toString();
    int dot = whole.indexOf('.');
    return dot < 0
        ? whole.replace("Z", ".000Z")
        : (whole.substring(0, whole.length() - 1) + "000").substring(0, dot + 4) + "Z";
  }

  public static @Nullable Instant instant(@Nullable String ts) {
    try {
      return ts == null ? null : Instant.parse(ts);
    } catch (DateTimeException other) {
      return null;
    }
  }
}
