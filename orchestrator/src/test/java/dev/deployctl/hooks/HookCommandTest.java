package dev.deployctl.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands of hooks, run as real processes. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class HookCommandTest {
  /** More than a pipe can hold. */
  private static final String LONG_INPUT = "x".repeat(1 << 20);

  @TempDir private Path directory;
  private final StringWriter printed = new StringWriter();

  private HookCommand shell(String script) {
    return new HookCommand(List.of("sh", "-c", script), new PrintWriter(printed));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(10);
    }
  }

  @Test
  void outputIsPrintedLineByLineWhileTheHookRuns() throws Exception {
    Path go = directory.resolve("go");
    HookCommand hook = shell("echo first; until [ -e %s ]; do sleep 0.05; done".formatted(go));
    CompletableFuture<Void> ended = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                assertThat(hook.run("")).isNull();
                ended.complete(null);
              } catch (Throwable failed) {
                ended.completeExceptionally(failed);
              }
            });
    await(() -> printed.toString().contains("first"));
    assertThat(ended).isNotDone();
    Files.createFile(go);
    ended.get();
  }

  @Test
  void hookThatNeverReadsItsInputBlocksNothing() throws Exception {
    assertThat(shell("echo ready; exit 3").run(LONG_INPUT)).contains("ended with exit code 3");
    assertThat(printed.toString()).contains("ready");
  }

  @Test
  void hookReadsItsWholeInput() throws Exception {
    assertThat(shell("wc -c").run(LONG_INPUT)).isNull();
    assertThat(printed.toString().strip()).isEqualTo(String.valueOf(LONG_INPUT.length()));
  }

  @Test
  void interruptEndsTheHookAtOnceWithAllThatItStarted() throws Exception {
    // It ignores TERM, and reads no input.
    HookCommand hook = shell("trap '' TERM; sleep 600 & echo child $!; wait; wait");
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread waiting =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    thrown.complete(new AssertionError("ended by itself: " + hook.run(LONG_INPUT)));
                  } catch (InterruptedException expected) {
                    thrown.complete(expected);
                  }
                });
    await(() -> printed.toString().matches("(?s).*child \\d+\n.*"));
    long child = Long.parseLong(printed.toString().replaceAll("(?s).*child (\\d+)\n.*", "$1"));
    waiting.interrupt();

    assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    assertThat(waiting.join(Duration.ofSeconds(60))).isTrue();
    await(() -> ProcessHandle.of(child).map(process -> !process.isAlive()).orElse(true));
  }
}
