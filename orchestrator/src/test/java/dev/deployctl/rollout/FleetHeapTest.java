package dev.deployctl.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Ten thousand hosts fit into a small heap. */
class FleetHeapTest {
  @Test
  void tenThousandHostsFinishWithin512MebibytesOfHeap() throws Exception {
    Process bench =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                FleetBench.class.getName(),
                "10000")
            .redirectErrorStream(true)
            .start();
    String said = new String(bench.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bench.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(bench.exitValue()).as(said).isZero();
    assertThat(said).contains("hosts=10000 updated=9900 failed=100");
  }
}
