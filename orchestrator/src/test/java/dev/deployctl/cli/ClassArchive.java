package dev.deployctl.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Creates the class archive of the distribution: runs rollouts of the packaged program with hosts
 * of this process, while the JVM records the classes that it loads. With the archive a start takes
 * a third less time. The build goes on if this fails; the program then only starts more slowly. The
 * list of the classes is for the archive of the distribution, whose runtime is another one.
 */
final class ClassArchive {
  private ClassArchive() {}

  /** Arguments: the launcher, the archive and the list of classes to write. */
  public static void main(String[] args) throws Exception {
    Path launcher = Path.of(args[0]);
    Path archive = Path.of(args[1]);
    Path list = Path.of(args[2]);
    if (fits(archive) && Files.exists(list)) {
      return;
    }
    Files.deleteIfExists(archive);
    Path directory = Files.createTempDirectory("deployctl-classes-");
    try (CliFixture _ = new CliFixture(directory, "web-1", "web-2", "web-3")) {
      // These servers start on a machine that is busy with the build.
      Path ssh = directory.resolve("ssh_config");
      Files.writeString(
          ssh, Files.readString(ssh).replace("ConnectTimeout 5", "ConnectTimeout 60"));
      train(launcher, archive, list, directory);
    } finally {
      delete(directory);
    }
    // The threads of the servers would keep this process alive.
    System.exit(0);
  }

  /** Returns whether the libraries are still those of the archive. */
  private static boolean fits(Path archive) throws IOException {
    if (!Files.exists(archive)) {
      return false;
    }
    FileTime made = Files.getLastModifiedTime(archive);
    try (Stream<Path> libraries = Files.list(archive.resolveSibling("."))) {
      for (Path library : libraries.toList()) {
        if (Files.getLastModifiedTime(library).compareTo(made) > 0) {
          return false;
        }
      }
    }
    return true;
  }

  private static void train(Path launcher, Path archive, Path list, Path directory)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(launcher.toString(), "rollout", "blog", "--tag", "v2", "--yes")
            .directory(directory.toFile())
            .redirectErrorStream(true);
    builder
        .environment()
        .put(
            "DEPLOYCTL_JAVA_OPTS",
            "-XX:ArchiveClassesAtExit=" + archive + " -XX:DumpLoadedClassList=" + list);
    builder.environment().put("DEPLOYCTL_JAVA_HOME", System.getProperty("java.home"));
    Process rollout = builder.start();
    String said = new String(rollout.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!rollout.waitFor(2, TimeUnit.MINUTES) || rollout.exitValue() != 0) {
      rollout.destroyForcibly();
      Files.deleteIfExists(archive);
      System.err.println("deployctl goes without an archive of classes:\n" + said);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
