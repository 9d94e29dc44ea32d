package dev.deployctl.rollout;

import com.sun.management.OperatingSystemMXBean;
import dev.deployctl.rollout.SimulatedHost.Behavior;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures the engine: rollouts of a simulated fleet, in a separate process so that its heap can be
 * limited. Every twentieth host loses its connection, every hundredth fails.
 *
 * <p>{@code examples/bench/fleet} runs it.
 */
public final class FleetBench {
  private FleetBench() {}

  @SuppressWarnings("SystemOut") // It is a program, and this is its answer.
  public static void main(String[] arguments) throws Exception {
    int hosts = Integer.parseInt(arguments[0]);
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1;
    for (int round = 1; round <= rounds; round++) {
      System.out.println(round(hosts));
    }
  }

  private static String round(int hosts) throws Exception {
    List<Behavior> behavior = new ArrayList<>();
    for (int i = 1; i <= hosts; i++) {
      behavior.add(
          i % 100 == 0
              ? Behavior.BROKEN_RELEASE
              : i % 20 == 0 ? Behavior.LOSES_CONNECTION : Behavior.GOOD);
    }
    RolloutFixture fixture = RolloutFixture.of(behavior);
    long begun = System.nanoTime();
    long cpuBegun = cpuNanos();
    RolloutOutcome outcome = fixture.rollOut(RolloutFixture.settings("1", "5%", hosts));
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    long cpu = cpuNanos() - cpuBegun;
    long updated =
        outcome.hosts().stream().filter(host -> host instanceof HostOutcome.Updated).count();
    long peak =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getPeakUsage)
            .mapToLong(usage -> usage.getUsed())
            .sum();
    return String.format(
        Locale.ROOT,
        "hosts=%d updated=%d failed=%d real_s=%.2f cpu_us_per_host=%.0f simulated_min=%.1f"
            + " peak_heap_mib=%d max_heap_mib=%d",
        hosts,
        updated,
        outcome.failures(),
        took.toMillis() / 1000.0,
        cpu / 1000.0 / hosts,
        fixture.timeline.elapsed().toMillis() / 60_000.0,
        peak >> 20,
        Runtime.getRuntime().maxMemory() >> 20);
  }

  /** Returns the processor time of the process, which does not depend on other load. */
  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }
}
