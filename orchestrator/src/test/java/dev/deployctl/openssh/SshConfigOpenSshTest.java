package dev.deployctl.openssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import dev.deployctl.model.DeployException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Our reader of ssh_config against the real one, line by line, mistakes included. */
class SshConfigOpenSshTest {
  private static final Path SSH = Path.of("/usr/bin/ssh");
  private static final Map<String, String> ENVIRONMENT =
      Map.of("MYDIR", "/tmp", "MYSOCK", "/tmp/my.sock", "PATH", "/usr/bin:/bin", "LC_ALL", "C");

  @TempDir static Path directory;

  /** One configuration: its files, the first of which is called config, and what ssh is asked. */
  private record Case(String name, List<String> arguments, Map<String, String> files) {}

  @TestFactory
  Stream<DynamicTest> agreesWithSsh() throws IOException {
    needsSsh();
    List<Case> corpus = corpus();
    assertThat(corpus).hasSizeGreaterThanOrEqualTo(60);
    return corpus.stream().map(c -> DynamicTest.dynamicTest(c.name(), () -> compare(c)));
  }

  @Test
  void agreesWithSshAboutTheSystemsOwnConfiguration() throws Exception {
    needsSsh();
    Answer ssh = ssh(List.of("-G", "web1"));
    SshConfig config = SshConfig.ofUser(local());
    assertThat(ssh.exit()).isZero();
    assertThat(config.print(SshConfigQuery.of("web1")))
        .containsExactlyElementsOf(known(ssh.output()));
  }

  private static void compare(Case c) throws Exception {
    Path home = Files.createTempDirectory(directory, "case");
    for (Map.Entry<String, String> file : c.files().entrySet()) {
      Files.writeString(
          home.resolve(file.getKey()),
          file.getValue().replace("@DIR@", home.toString()).replace("@CR@", "\r"));
    }
    Path config = home.resolve("config");
    List<String> arguments = new ArrayList<>(List.of("-G", "-F", config.toString()));
    arguments.addAll(c.arguments());
    Answer ssh = ssh(arguments);
    Optional<DeployException> failure = Optional.empty();
    List<String> ours = List.of();
    try {
      ours = SshConfig.ofFile(config, local()).print(query(c.arguments()));
    } catch (DeployException refused) {
      failure = Optional.of(refused);
    }
    if (ssh.exit() == 0) {
      assertThat(failure).as("ssh takes it").isEmpty();
      assertThat(ours).containsExactlyElementsOf(known(ssh.output()));
    } else {
      assertThat(failure).as("ssh refuses it: " + ssh.errors()).isPresent();
      String message = String.valueOf(failure.orElseThrow().getMessage());
      assertThat(places(message))
          .as(ssh.errors() + "\nours: " + message)
          .containsAll(places(ssh.errors()));
    }
  }

  /** Leaves out what this version of ssh has by default and our reference version has not. */
  private static List<String> known(List<String> lines) throws Exception {
    Answer bare = ssh(List.of("-G", "-F", "/dev/null", "web1"));
    List<String> ourBare =
        SshConfig.ofFile(Path.of("none"), local()).print(SshConfigQuery.of("web1"));
    Set<String> foreign = new LinkedHashSet<>(bare.output());
    ourBare.forEach(foreign::remove);
    return lines.stream().filter(line -> !foreign.contains(line)).toList();
  }

  private static Set<String> places(String text) {
    Set<String> places = new LinkedHashSet<>();
    Matcher place = Pattern.compile("(/\\S*?)(?::? line |:)(\\d+)\\b").matcher(text);
    while (place.find()) {
      places.add(place.group(1) + ":" + place.group(2));
    }
    return places;
  }

  private static SshConfigQuery query(List<String> arguments) {
    Optional<String> user = Optional.empty();
    OptionalInt port = OptionalInt.empty();
    List<String> options = new ArrayList<>();
    String host = arguments.getLast();
    for (int i = 0; i + 1 < arguments.size(); i += 2) {
      String value = arguments.get(i + 1);
      switch (arguments.get(i)) {
        case "-l" -> user = Optional.of(value);
        case "-p" -> port = OptionalInt.of(Integer.parseInt(value));
        case "-o" -> options.add(value);
        case "-J" -> options.add("ProxyJump " + value);
        default -> fail(arguments.get(i));
      }
    }
    int at = host.lastIndexOf('@');
    return at < 0
        ? new SshConfigQuery(host, user, port, options)
        : new SshConfigQuery(
            host.substring(at + 1), Optional.of(host.substring(0, at)), port, options);
  }

  private static LocalUser local() {
    LocalUser user = LocalUser.current();
    return new LocalUser(user.name(), user.home(), ENVIRONMENT, user.uid(), user.machine());
  }

  private record Answer(int exit, List<String> output, String errors) {}

  private static Answer ssh(List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(SSH.toString()));
    command.addAll(arguments);
    Path errors = Files.createTempFile(directory, "stderr", "");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectError(errors.toFile());
    builder.environment().clear();
    builder.environment().putAll(ENVIRONMENT);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exit = process.waitFor();
    return new Answer(exit, output.lines().toList(), Files.readString(errors));
  }

  private static void needsSsh() {
    if (!Files.isExecutable(SSH)) {
      String notice = "SKIPPED: the comparison with OpenSSH needs " + SSH;
      if (Boolean.getBoolean("deployctl.require.real")) {
        fail(notice);
      }
      System.err.println(notice);
      Assumptions.abort(notice);
    }
  }

  private static List<Case> corpus() throws IOException {
    List<Case> cases = new ArrayList<>();
    Path file = Path.of("src/test/resources/openssh/ssh_config.corpus");
    String name = "";
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith("=== ")) {
        String[] parts = line.substring(4).split(" :: ", 2);
        name = "config";
        cases.add(
            new Case(
                parts[0],
                ConfigLine.split(parts[1]).orElseThrow(),
                new java.util.LinkedHashMap<>(Map.of(name, ""))));
      } else if (line.startsWith("--- ")) {
        name = line.substring(4);
        cases.getLast().files().put(name, "");
      } else if (!cases.isEmpty()) {
        cases.getLast().files().merge(name, line + "\n", String::concat);
      }
    }
    return cases;
  }
}
