package dev.deployctl.openssh.config;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/**
 * Measures the reader of ssh_config for examples/bench/ssh-config: prints wall and processor time
 * in milliseconds, first of a cold pass over all hosts, then of a warm one.
 */
final class SshConfigBench {
  private static final int WARM_UP_PASSES = 20;

  private SshConfigBench() {}

  public static void main(String[] arguments) {
    Path file = Path.of(arguments[0]);
    int hosts = Integer.parseInt(arguments[1]);
    String cold = pass(file, hosts);
    for (int i = 0; i < WARM_UP_PASSES; i++) {
      pass(file, hosts);
    }
    System.out.println(cold);
    System.out.println(pass(file, hosts));
  }

  private static String pass(Path file, int hosts) {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpu = system.getProcessCpuTime();
    long start = System.nanoTime();
    SshConfig config = SshConfig.ofFile(file, LocalUser.current());
    for (int i = 1; i <= hosts; i++) {
      if (config.settings(SshConfigQuery.of("web-" + i)).port() != 2022) {
        throw new IllegalStateException("the configuration was not read");
      }
    }
    long wall = System.nanoTime() - start;
    return wall / 1e6 + " " + (system.getProcessCpuTime() - cpu) / 1e6;
  }
}
