package dev.deployctl.ssh;

import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The threads and sockets that a test leaves. */
final class Leaks {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private final long sockets;

  private Leaks(long sockets) {
    this.sockets = sockets;
  }

  /** Records the threads and sockets before a test. */
  static Leaks before() throws IOException {
    return new Leaks(sockets());
  }

  /** Fails unless the threads and sockets are soon those of before. */
  void assertNone(Path directory) throws IOException, InterruptedException {
    List<String> left = List.of();
    for (int turn = 0; turn < 100; turn++) {
      left = left(directory);
      if (left.isEmpty()) {
        return;
      }
      Thread.sleep(50);
    }
    fail("left behind: " + left);
  }

  private List<String> left(Path directory) throws IOException {
    List<String> left = new ArrayList<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (isOurs(thread.getName())) {
        left.add(thread.getName());
      }
    }
    Path dump = directory.resolve("threads-" + System.nanoTime());
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpThreads(dump.toString(), ThreadDumpFormat.TEXT_PLAIN);
    Files.readAllLines(dump).stream()
        .filter(line -> line.startsWith("#") && line.contains("\"ssh-"))
        .forEach(left::add);
    Files.delete(dump);
    long now = sockets();
    if (now > sockets) {
      left.add(now - sockets + " sockets");
    }
    return left;
  }

  private static boolean isOurs(String name) {
    return name.startsWith("ssh-") || name.startsWith("sshj-");
  }

  private static long sockets() throws IOException {
    if (!Files.isDirectory(DESCRIPTORS)) {
      return 0;
    }
    try (Stream<Path> all = Files.list(DESCRIPTORS)) {
      return all.filter(Leaks::isSocket).count();
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }
}
