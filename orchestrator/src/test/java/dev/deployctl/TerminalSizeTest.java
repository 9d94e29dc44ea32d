package dev.deployctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.output.terminal.Terminal;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class TerminalSizeTest {
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicLong clock = new AtomicLong();
  private final AtomicReference<Runnable> window = new AtomicReference<>(() -> {});
  private boolean signals = true;

  private final TerminalSize size =
      new TerminalSize(
          () -> Optional.of(new Terminal.Size(80, 20 + asked.incrementAndGet())),
          changed -> {
            window.set(changed);
            return signals;
          },
          clock::get);

  @Test
  void theTerminalIsAskedOnceUntilItsWindowChanges() {
    for (int second = 0; second < 60; second++) {
      clock.addAndGet(1_000_000_000);
      assertThat(size.get()).contains(new Terminal.Size(80, 21));
    }
    window.get().run();
    window.get().run();
    assertThat(size.get()).contains(new Terminal.Size(80, 22));
    assertThat(size.get()).contains(new Terminal.Size(80, 22));
    assertThat(asked).hasValue(2);
  }

  @Test
  void withoutASignalTheTerminalIsAskedOnceASecond() {
    signals = false;
    size.get();
    clock.addAndGet(999_999_999);
    assertThat(size.get()).contains(new Terminal.Size(80, 21));
    clock.addAndGet(1);
    assertThat(size.get()).contains(new Terminal.Size(80, 22));
  }
}
