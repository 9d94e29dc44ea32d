package dev.deployctl.output.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.model.Host;
import dev.deployctl.output.Fixtures;
import dev.deployctl.output.RecordedRollout;
import dev.deployctl.output.terminal.Columns;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.rollout.outcome.GateResult;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutPlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LiveViewTest {
  private static final Terminal TERMINAL = new Terminal(80, 24, false, true, true);

  private final StringWriter sent = new StringWriter();
  private final AtomicReference<Optional<Terminal.Size>> size =
      new AtomicReference<>(Optional.empty());
  private final List<LiveView> views = new ArrayList<>();
  private final RolloutPlan plan = Fixtures.plan(3);
  private final Host canary = plan.hosts().get(0);

  @Test
  void eachPictureCoversTheOneBeforeAndTheLastOneStays() {
    RecordedRollout recorded = recordedRollout();
    recorded.begin(plan);
    view().tick();
    recorded.batch(plan, 1).step(canary, "health");
    view().tick();
    recorded.tell(new RolloutEvent.Note("web-c9 was terminated"));
    view().tick();
    recorded.after(9000).finish(Fixtures.updated(canary));
    view().close();

    FakeScreen screen = new FakeScreen();
    screen.write(sent.toString());
    assertThat(screen.lines())
        .containsExactly(
            " web-c9 was terminated",
            " ✓ preflight 3/3   ✓ lock 3/3   ✓ pulled 3/3   ▶ batch 1 of 3 (canary)",
            "",
            " web-a1  a  ✓ v2 is live, 9.1 s",
            " web-c1  c  · waiting",
            " web-a2  a  · waiting",
            "                 elapsed 11 s · failures 0 of 1 allowed · about 1 min 31 s left",
            "");
  }

  @Test
  void questionIsAskedBelowThePictureAndTheNextPictureComesBelowTheAnswer() {
    RecordedRollout recorded = recordedRollout();
    recorded.begin(plan);
    recorded.tell(new RolloutEvent.GateStarted("look", "question", "canary"));
    view().hold();
    recorded.after(5000).tell(new RolloutEvent.Note("web-c9 was terminated"));
    view().tick();
    sent.append("Good? [y/n] y\n");
    view().release();
    recorded.tell(
        new RolloutEvent.GateFinished(
            new GateResult(
                "look", "question", "canary", true, "answered with yes", Duration.ofSeconds(5))));
    view().close();

    FakeScreen screen = new FakeScreen();
    screen.write(sent.toString());
    List<String> lines = screen.lines();
    int asked = lines.indexOf("Good? [y/n] y");
    assertThat(lines.subList(0, asked))
        .contains(" gate look, after canary")
        .doesNotContain(" web-c9 was terminated");
    assertThat(lines.subList(asked + 1, lines.size()))
        .startsWith(
            " web-c9 was terminated", " gate look, after canary, passed: answered with yes (5.0 s)")
        .contains(" web-a1  a  · waiting")
        .doesNotContain(" gate look, after canary");
  }

  @Test
  void whatDoesNotChangeIsDrawnOnceASecond() {
    RecordedRollout recorded = recordedRollout();
    recorded.begin(plan);
    view().tick();
    sent.getBuffer().setLength(0);
    recorded.after(900);
    view().tick();
    assertThat(sent.toString()).isEmpty();
    recorded.after(100);
    view().tick();
    assertThat(sent.toString()).contains("elapsed 3 s");
  }

  @Test
  void aWindowThatShrinksGetsSmallerPictures() {
    RecordedRollout recorded = recordedRollout();
    recorded.begin(plan);
    view().tick();
    assertThat(sent.toString()).contains("web-a2");
    size.set(Optional.of(new Terminal.Size(30, 4)));
    sent.getBuffer().setLength(0);
    recorded.after(2000);
    view().tick();
    String picture = sent.toString().replaceAll("\u001b\\[[0-9?]*[a-zA-Z]", "").replace("\r", "");
    assertThat(picture.lines())
        .hasSizeLessThanOrEqualTo(3)
        .allSatisfy(line -> assertThat(Columns.of(line)).isLessThanOrEqualTo(30));
  }

  @Test
  void aPictureThatANarrowerWindowHasWrappedIsCoveredAtOnce() {
    RecordedRollout recorded = recordedRollout();
    recorded.begin(plan).batch(plan, 1).step(canary, "health");
    view().tick();
    FakeScreen screen = new FakeScreen();
    screen.write(sent.toString());
    assertThat(screen.lines()).hasSize(7).anyMatch(line -> line.length() > 60);

    size.set(Optional.of(new Terminal.Size(40, 24)));
    screen.narrow(40);
    sent.getBuffer().setLength(0);
    view().tick();
    screen.write(sent.toString());

    assertThat(screen.lines()).hasSize(7);
    assertThat(screen.lines().get(1)).isEmpty();
    assertThat(screen.lines().get(2)).startsWith(" web-a1");
  }

  @Test
  @Timeout(20)
  void tenPicturesASecondAtMostAndNoThreadIsLeft() throws InterruptedException {
    AtomicInteger writes = new AtomicInteger();
    PrintWriter counted =
        new PrintWriter(
            new StringWriter() {
              @Override
              public void flush() {
                writes.incrementAndGet();
              }
            });
    LiveView view = LiveView.open(counted, TERMINAL, Optional::empty, Clock.systemUTC());
    long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
    int events = 0;
    while (System.nanoTime() < end) {
      view.tell(new RolloutEvent.HostStarted(canary));
      events++;
      Thread.sleep(1);
    }
    view.close();
    assertThat(events).isGreaterThan(50);
    assertThat(writes.get()).isBetween(2, 12);
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("live-view") && thread.isAlive());
  }

  @Test
  @Timeout(20)
  void aTerminalThatTakesNothingSlowsNobodyDown() throws InterruptedException {
    CountDownLatch stuck = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Writer blocked =
        new Writer() {
          @Override
          public void write(char[] text, int from, int length) throws IOException {
            stuck.countDown();
            try {
              release.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    LiveView view =
        LiveView.open(new PrintWriter(blocked), TERMINAL, Optional::empty, Clock.systemUTC());
    assertThat(stuck.await(5, TimeUnit.SECONDS)).isTrue();
    long before = System.nanoTime();
    for (int i = 0; i < 1000; i++) {
      view.tell(new RolloutEvent.HostStarted(canary));
    }
    view.close();
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
    release.countDown();
  }

  private RecordedRollout recordedRollout() {
    return new RecordedRollout(
        clock -> {
          LiveView view = new LiveView(new PrintWriter(sent), TERMINAL, size::get, clock);
          views.add(view);
          return view;
        });
  }

  private LiveView view() {
    return views.getFirst();
  }
}
