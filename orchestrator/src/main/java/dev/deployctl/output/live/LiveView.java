package dev.deployctl.output.live;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.output.report.GateText;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.Line;
import dev.deployctl.output.terminal.Screen;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.rollout.outcome.EventSink;
import dev.deployctl.rollout.outcome.RolloutEvent;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Shows a rollout on a terminal, redrawn in place. Events only change what is known; one thread of
 * its own draws, so a slow terminal slows nobody down. Close it before anything else is printed:
 * the last picture then stays.
 */
public final class LiveView implements EventSink, AutoCloseable {
  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration CALM = Duration.ofSeconds(1);
  private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(2);

  private final Screen screen;
  private final Clock clock;
  private final Supplier<Optional<Terminal.Size>> size;
  private final Progress progress;
  private final List<Lasting> notes = new ArrayList<>();
  private final Thread ticker;
  private final CountDownLatch closed = new CountDownLatch(1);
  private Terminal terminal;
  private Instant drawn = Instant.MIN;
  private boolean changed = true;

  /** True while somebody else uses the terminal; guarded by the screen. */
  private boolean held;

  /** A line that stays above the picture. */
  private record Lasting(Colour colour, String text) {}

  /**
   * Starts to draw.
   *
   * @param size the size of the terminal now, asked for at each picture; windows change
   */
  public static LiveView open(
      PrintWriter out, Terminal terminal, Supplier<Optional<Terminal.Size>> size, Clock clock) {
    LiveView view = new LiveView(out, terminal, size, clock);
    view.ticker.start();
    return view;
  }

  LiveView(
      PrintWriter out, Terminal terminal, Supplier<Optional<Terminal.Size>> size, Clock clock) {
    this.screen = new Screen(out);
    this.terminal = terminal;
    this.size = size;
    this.clock = clock;
    this.progress = new Progress(clock.instant());
    this.ticker = Thread.ofPlatform().daemon().name("live-view").unstarted(this::run);
  }

  private void run() {
    try {
      do {
        tick();
      } while (!closed.await(TICK.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public synchronized void tell(RolloutEvent event) {
    progress.apply(event, clock.instant());
    switch (event) {
      case RolloutEvent.Note note -> notes.add(new Lasting(Colour.WARN, note.message()));
      case RolloutEvent.HostTold told when told.event() instanceof AnswerEvents.LogLine line ->
          notes.add(new Lasting(Colour.PLAIN, told.host().name() + "  | " + line.line()));
      case RolloutEvent.GateTold told ->
          notes.add(new Lasting(Colour.PLAIN, told.name() + "  | " + told.line()));
      case RolloutEvent.GateFinished gate ->
          notes.add(
              new Lasting(
                  gate.result().passed() ? Colour.GOOD : Colour.BAD, GateText.of(gate.result())));
      default -> {}
    }
    changed = true;
  }

  /** Draws if something changed, and once a second otherwise: the clock runs on. */
  void tick() {
    Instant now = clock.instant();
    Optional<Terminal.Size> fresh = size.get();
    synchronized (this) {
      fresh.ifPresent(this::resize);
      if (!changed && now.isBefore(drawn.plus(CALM))) {
        return;
      }
    }
    synchronized (screen) {
      if (!held) {
        draw(now);
      }
    }
  }

  /** Draws once more and then leaves the terminal to somebody else, who writes below. */
  public void hold() {
    synchronized (screen) {
      draw(clock.instant());
      held = true;
    }
  }

  /** Draws again, below what was written meanwhile. */
  public void release() {
    synchronized (screen) {
      screen.leave();
      held = false;
    }
    synchronized (this) {
      changed = true;
    }
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      if (ticker.isAlive() && !ticker.join(JOIN_TIMEOUT)) {
        return; // the terminal takes nothing: to draw once more would only hang as well
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    draw(clock.instant());
  }

  private void resize(Terminal.Size now) {
    if (now.width() != terminal.width() || now.height() != terminal.height()) {
      terminal =
          new Terminal(now.width(), now.height(), terminal.colour(), terminal.unicode(), true);
      changed = true;
    }
  }

  private void draw(Instant now) {
    List<String> lasting = new ArrayList<>();
    List<Line> picture;
    int width;
    synchronized (this) {
      for (Lasting note : notes) {
        lasting.add(new Line(terminal).add(" ").add(note.colour(), note.text()).text());
      }
      notes.clear();
      picture = new LiveFrame(terminal, progress, now).lines();
      width = terminal.width();
      drawn = now;
      changed = false;
    }
    screen.draw(lasting, picture, width);
  }
}
