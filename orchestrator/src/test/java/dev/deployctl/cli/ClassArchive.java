package dev.deployctl.cli;

import dev.deployctl.inventory.ec2.FakeEc2;
import dev.deployctl.inventory.ec2.FakeInstance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Creates the class archive of the program: runs its commands with hosts and an EC2 endpoint of
 * this process, while the JVM lists the classes that it loads, and dumps them as a static archive.
 * With it a start takes half the time. (Linked classes, -XX:+AOTClassLinking, are all loaded at
 * each start, which takes a short command longer than it saves.) The build goes on if this fails;
 * the program then only starts more slowly. The list of the classes also serves for the archive of
 * another runtime.
 */
final class ClassArchive {
  /** The commands that are started most, and the help. */
  private static final List<List<String>> COMMANDS =
      List.of(
          List.of("--version"),
          List.of("rollout", "--help"),
          List.of("hosts", "blog"),
          List.of("hosts", "blog", "-e", "aws"),
          List.of("plan", "blog", "--tag", "v2"),
          List.of("rollout", "blog", "--tag", "v2", "--yes"),
          List.of("status", "blog"));

  private static final Pattern ID = Pattern.compile(" id: \\d+.*");

  private final Path launcher;
  private final Path directory;
  private final Map<String, String> environment;

  private ClassArchive(Path launcher, Path directory, Map<String, String> environment) {
    this.launcher = launcher;
    this.directory = directory;
    this.environment = environment;
  }

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
    try (CliFixture fixture = new CliFixture(directory, "web-1", "web-2", "web-3");
        FakeEc2 ec2 = new FakeEc2(FakeInstance.of("i-1", "Name=web-1", "App=blog"))) {
      // These servers start on a machine that is busy with the build.
      Path ssh = directory.resolve("ssh_config");
      Files.writeString(
          ssh, Files.readString(ssh).replace("ConnectTimeout 5", "ConnectTimeout 60"));
      Files.writeString(
          directory.resolve("deployctl.yml"),
          "  aws: { inventory: { ec2: { regions: [eu-west-1] } } }\n",
          StandardOpenOption.APPEND);
      Map<String, String> environment = new HashMap<>(fixture.environment);
      environment.putAll(
          Map.of(
              "AWS_ENDPOINT_URL", ec2.endpoint(),
              "AWS_ACCESS_KEY_ID", "AKIDEXAMPLE",
              "AWS_SECRET_ACCESS_KEY", "example",
              "AWS_EC2_METADATA_DISABLED", "true"));
      new ClassArchive(launcher, directory, environment).create(list, archive);
    } catch (IOException failed) {
      Files.deleteIfExists(archive);
      System.err.println("deployctl goes without an archive of classes: " + failed.getMessage());
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

  private void create(Path list, Path archive) throws IOException, InterruptedException {
    Set<String> classes = new LinkedHashSet<>();
    Path loaded = directory.resolve("loaded");
    for (List<String> command : COMMANDS) {
      run("-XX:DumpLoadedClassList=" + loaded, command);
      for (String line : Files.readAllLines(loaded)) {
        // Ids are those of one run. A class of another loader than the program's has a source.
        if (!line.contains(" source: ")) {
          classes.add(ID.matcher(line).replaceAll(""));
        }
      }
    }
    Files.write(list, classes);
    run(
        "-Xshare:dump -XX:SharedClassListFile=" + list + " -XX:SharedArchiveFile=" + archive,
        List.of());
  }

  private void run(String options, List<String> command) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(launcher.toString()));
    words.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(words).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    builder.environment().put("DEPLOYCTL_JAVA_OPTS", options);
    builder.environment().put("DEPLOYCTL_JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(String.join(" ", words) + ", with " + options + ":\n" + said);
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
