package dev.deployctl.cli;

import dev.deployctl.inventory.ec2.FakeEc2;
import dev.deployctl.inventory.ec2.FakeInstance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
 * Creates the class archives of the program: runs its commands with hosts and an EC2 endpoint of
 * this process, while the JVM lists the classes that it loads. Each set of commands gets a static
 * archive, whose classes are linked and loaded as one when the program starts, and so only has what
 * these commands use. Those that ask for hosts get upon it a dynamic one with the classes that EC2
 * adds, which are loaded when they are needed. The build goes on if this fails; the program then
 * only starts more slowly.
 */
final class ClassArchive {
  /**
   * The archives of some commands. The launcher knows which of them a command uses.
   *
   * @param commands whose classes are loaded at each start
   * @param onEc2 the command whose other classes are loaded when they are needed; empty for none
   */
  private record Layers(String name, List<List<String>> commands, List<String> onEc2) {}

  private static final List<Layers> ALL =
      List.of(
          new Layers("version", List.of(List.of("--version")), List.of()),
          new Layers(
              "local",
              List.of(List.of("rollout", "--help"), List.of("hosts", "blog")),
              List.of("hosts", "blog", "-e", "aws")),
          new Layers(
              "remote",
              List.of(
                  List.of("plan", "blog", "--tag", "v2"),
                  List.of("rollout", "blog", "--tag", "v2", "--yes"),
                  List.of("status", "blog"),
                  List.of("status", "blog", "--json")),
              List.of("status", "blog", "-e", "aws")));

  private static final Pattern ID = Pattern.compile(" id: \\d+.*");

  private final Path launcher;
  private final Path directory;
  private final Map<String, String> environment;

  private ClassArchive(Path launcher, Path directory, Map<String, String> environment) {
    this.launcher = launcher;
    this.directory = directory;
    this.environment = environment;
  }

  /**
   * Arguments: the launcher, and a file for the arguments with which Java runs this again, for a
   * copy of the program with another runtime.
   */
  public static void main(String[] args) throws Exception {
    Path launcher = Path.of(args[0]).toRealPath();
    if (args.length > 1) {
      Files.writeString(
          Path.of(args[1]),
          String.format(
              "-cp \"%s\" %s%n",
              System.getProperty("java.class.path"), ClassArchive.class.getName()));
    }
    Path libraries = launcher.resolveSibling("../lib").normalize();
    if (fit(libraries)) {
      return;
    }
    Path directory = Files.createTempDirectory("deployctl-classes-");
    try (CliFixture fixture = new CliFixture(directory, "web-1", "web-2", "web-3");
        FakeEc2 ec2 = new FakeEc2(FakeInstance.of("i-1", "Name=web-1", "App=blog"))) {
      // These servers start on a machine that is busy with the build.
      Path ssh = directory.resolve("ssh_config");
      Files.writeString(
          ssh, Files.readString(ssh).replace("ConnectTimeout 5", "ConnectTimeout 60"));
      Files.writeString(
          directory.resolve("deployctl.yml"),
          "  aws: { inventory: { ec2: { regions: [eu-west-1], address: [name] } } }\n",
          StandardOpenOption.APPEND);
      Map<String, String> environment = new HashMap<>(fixture.environment);
      environment.putAll(
          Map.of(
              "AWS_ENDPOINT_URL", ec2.endpoint(),
              "AWS_ACCESS_KEY_ID", "AKIDEXAMPLE",
              "AWS_SECRET_ACCESS_KEY", "example",
              "AWS_EC2_METADATA_DISABLED", "true"));
      for (Layers layers : ALL) {
        new ClassArchive(launcher, directory, environment).create(layers, libraries);
      }
    } catch (IOException failed) {
      for (Path archive : archives(libraries)) {
        Files.deleteIfExists(archive);
      }
      System.err.println("deployctl goes without an archive of classes: " + failed.getMessage());
    } finally {
      delete(directory);
    }
    // The threads of the servers would keep this process alive.
    System.exit(0);
  }

  private static Path archive(Path libraries, Layers layers, String suffix) {
    return libraries.resolve("classes-" + layers.name() + suffix + ".jsa");
  }

  private static List<Path> archives(Path libraries) {
    return ALL.stream()
        .flatMap(
            layers ->
                Stream.of("", "-ec2")
                    .filter(suffix -> suffix.isEmpty() || !layers.onEc2().isEmpty())
                    .map(suffix -> archive(libraries, layers, suffix)))
        .toList();
  }

  /** Returns whether the libraries are still those of the archives. */
  private static boolean fit(Path libraries) throws IOException {
    List<Path> archives = archives(libraries);
    for (Path archive : archives) {
      if (!Files.exists(archive)) {
        return false;
      }
    }
    FileTime made = Files.getLastModifiedTime(archives.getFirst());
    try (Stream<Path> files = Files.list(libraries)) {
      for (Path file : files.toList()) {
        if (!archives.contains(file) && Files.getLastModifiedTime(file).compareTo(made) > 0) {
          return false;
        }
      }
    }
    return true;
  }

  private void create(Layers layers, Path libraries) throws IOException, InterruptedException {
    Set<String> classes = new LinkedHashSet<>();
    Path loaded = directory.resolve("loaded");
    for (List<String> command : layers.commands()) {
      run("-XX:DumpLoadedClassList=" + loaded, command);
      for (String line : Files.readAllLines(loaded)) {
        // Ids are those of one run. A class of another loader than the program's has a source.
        if (!line.contains(" source: ")) {
          classes.add(ID.matcher(line).replaceAll(""));
        }
      }
    }
    Path list = Files.write(directory.resolve("classes"), classes);
    // Options of Java are separated by spaces, which the path of the libraries may have.
    Path made = directory.resolve(layers.name() + ".jsa");
    run(
        "-Xshare:dump -XX:+AOTClassLinking -XX:SharedClassListFile=%s -XX:SharedArchiveFile=%s"
            .formatted(list, made),
        List.of());
    Files.move(made, archive(libraries, layers, ""), StandardCopyOption.REPLACE_EXISTING);
    if (layers.onEc2().isEmpty()) {
      return;
    }
    Files.deleteIfExists(archive(libraries, layers, "-ec2"));
    // The launcher has it made upon the first one.
    run("-XX:ArchiveClassesAtExit=" + made, layers.onEc2());
    Files.move(made, archive(libraries, layers, "-ec2"), StandardCopyOption.REPLACE_EXISTING);
  }

  private void run(String options, List<String> command) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(launcher.toString()));
    words.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(words).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    builder.environment().put("DEPLOYCTL_JAVA_OPTS", options);
    if (!Files.isDirectory(launcher.resolveSibling("../runtime"))) {
      builder.environment().put("DEPLOYCTL_JAVA_HOME", System.getProperty("java.home"));
    }
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
