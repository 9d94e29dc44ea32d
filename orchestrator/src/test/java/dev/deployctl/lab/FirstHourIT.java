package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/first-app.md, on two hosts without Docker, nginx and Python. */
@EnabledIf("labs")
class FirstHourIT {
  private static final Path PAGE = Path.of("../docs/first-app.md");
  private static final Path BUILT = Path.of("target/deployctl/bin").toAbsolutePath();
  private static final Path ARCHIVES = Path.of("../distribution/target");

  @TempDir Path directory;
  private Lab lab;
  private Path programs = BUILT;

  static boolean labs() {
    return Lab.isThere();
  }

  @BeforeEach
  void twoNewHosts() {
    lab = Lab.bare();
    ProgramResult up = lab.tryRun("up", "2", "--bare", "--systemd");
    if (up.output().contains("debootstrap failed")) {
      System.err.println("=== SKIPPED: there is no way to the Debian mirror ===\n" + up.output());
      Assumptions.abort("no Debian mirror");
    }
    assertThat(up.exit()).as(up.output()).isZero();
    lab.run("images");
  }

  @AfterEach
  void end() {
    lab.run("down");
  }

  /** What the page calls things, and what they are called in the lab. */
  private Map<String, String> names() {
    Map<String, String> names = new LinkedHashMap<>();
    names.put("203.0.113.11", lab.run("ip", "host1"));
    names.put("203.0.113.12", lab.run("ip", "host2"));
    names.put("web-1", "host1");
    names.put("web-2", "host2");
    names.put("registry.example.com/", "registry:5000/");
    names.put("blog.example.com", "blog.lab");
    names.put("alice", "deploy");
    return names;
  }

  @Test
  void theGuideLeadsFromBareHostsToARolledBackDeployWithoutALostRequest() throws Exception {
    for (String program : List.of("docker", "nginx", "python3", "deployctl-host")) {
      assertThat(lab.tryRun("exec", "host1", "sh", "-c", "command -v " + program).exit())
          .as(program)
          .isNotZero();
    }
    programs = programs();
    Path here = directory;
    Load load = null;
    for (Guide.Block block : new Guide(PAGE, names()).blocks()) {
      switch (block) {
        case Guide.File file -> {
          Path path = here.resolve(file.name());
          Files.createDirectories(Objects.requireNonNull(path.getParent()));
          Files.writeString(path, file.text());
        }
        case Guide.Commands commands -> {
          if (load == null && commands.text().contains("rollout blog --tag v2")) {
            assertThat(version("host1")).isEqualTo("v1");
            load = Load.light(lab, directory, "blog", "host1", "host2");
          }
          here = run(commands.text(), here);
          if (commands.text().contains("deployctl init")) {
            useTheLabsSsh(here);
          }
        }
      }
    }
    Load.Count count = Objects.requireNonNull(load, "the guide has no second version").stop();

    assertThat(version("host1") + " " + version("host2")).isEqualTo("v1 v1");
    assertThat(count.sent()).as(count.toString()).isPositive();
    assertThat(count.lost()).as(count.toString()).isZero();
    if (DebianPackages.areBuilt()) {
      DebianPackages packages = new DebianPackages(lab, "host2");
      packages.hostPackageComesAndGoes("deploy", "blog");
      packages.programPackageComesAndGoes("0.2.0");
      assertThat(version("host2")).as("the app runs on without deployctl-host").isEqualTo("v1");
    }
  }

  /** Unpacks the archive that is offered for download, where the build made it. */
  private Path programs() throws Exception {
    if (!Files.isDirectory(ARCHIVES)) {
      return BUILT;
    }
    try (DirectoryStream<Path> archives =
        Files.newDirectoryStream(ARCHIVES, "deployctl-*-linux-x64.tar.gz")) {
      for (Path archive : archives) {
        Path place = Files.createDirectory(directory.resolve("program"));
        ProgramResult unpacked =
            ProgramRunner.run(
                place,
                Map.of(),
                List.of("tar", "-xzf", archive.toAbsolutePath().toString(), "--strip=1"));
        assertThat(unpacked.exit()).as(unpacked.output()).isZero();
        return place.resolve("bin");
      }
    }
    return BUILT;
  }

  /** Runs commands as a reader does who pastes them. Returns the directory that they end in. */
  private Path run(String commands, Path here) throws Exception {
    Path end = directory.resolve("end");
    ProgramResult result =
        ProgramRunner.run(
            here,
            Map.of("PATH", programs + ":" + System.getenv("PATH")),
            List.of("bash", "-euc", commands + "pwd >" + end));
    System.out.println(commands.indent(2) + result.text());
    assertThat(result.exit()).as(commands + result.output()).isZero();
    return Path.of(Files.readString(end).strip());
  }

  /** A reader has the hosts in ~/.ssh/config and known_hosts. */
  private void useTheLabsSsh(Path here) throws Exception {
    Path file = here.resolve("deployctl.yml");
    Files.writeString(
        file, Files.readString(file) + "\nssh: { config: " + lab.sshConfig() + " }\n");
  }

  private String version(String host) throws Exception {
    ProgramResult answer =
        ProgramRunner.run(
            directory,
            Map.of(),
            List.of("curl", "-s", "-H", "Host: blog.lab", "http://" + lab.run("ip", host) + "/"));
    return answer.out().replaceAll("(?s)^version=(\\S*).*", "$1");
  }
}
