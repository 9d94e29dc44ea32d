package dev.deployctl.openssh.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import dev.deployctl.model.DeployException;
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
import org.junit.jupiter.api.Assumptions;

/** The real {@code ssh -G}, to which our reader is held. */
public final class SshDashG {
  private static final Path SSH = Path.of("/usr/bin/ssh");
  private static final Map<String, String> ENVIRONMENT =
      Map.of("MYDIR", "/tmp", "MYSOCK", "/tmp/my.sock", "PATH", "/usr/bin:/bin", "LC_ALL", "C");

  private final Path directory;
  private final Set<String> foreign;

  /**
   * @param directory for files of the test
   */
  SshDashG(Path directory) throws Exception {
    this.directory = directory;
    // What this version of ssh has by default, and our reference version has not.
    foreign = new LinkedHashSet<>(ssh(List.of("-G", "-F", "/dev/null", "web1")).output());
    SshConfig.empty().print(SshConfigQuery.of("web1")).forEach(foreign::remove);
  }

  /** Skips the test loudly, or fails it where the real thing is required. */
  public static void required() {
    if (!Files.isExecutable(SSH)) {
      String notice = "SKIPPED: the comparison with OpenSSH needs " + SSH;
      if (Boolean.getBoolean("deployctl.require.real")) {
        fail(notice);
      }
      System.err.println(notice);
      Assumptions.abort(notice);
    }
  }

  /** Compares what both make of the user's and the system's files. */
  void compareUsersOwn() throws Exception {
    Answer ssh = ssh(List.of("-G", "web1"));
    assertThat(ssh.exit()).isZero();
    assertThat(SshConfig.ofUser(local()).print(SshConfigQuery.of("web1")))
        .containsExactlyElementsOf(known(ssh.output()));
  }

  /**
   * Compares what both make of a configuration, or the places where both complain.
   *
   * @param files the first is called config; {@code @DIR@} stands for where they are
   * @param asked the arguments of ssh
   */
  void compare(Map<String, String> files, List<String> asked) throws Exception {
    Path home = Files.createTempDirectory(directory, "case");
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(
          home.resolve(file.getKey()),
          file.getValue().replace("@DIR@", home.toString()).replace("@CR@", "\r"));
    }
    Path config = home.resolve("config");
    List<String> arguments = new ArrayList<>(List.of("-G", "-F", config.toString()));
    arguments.addAll(asked);
    Answer ssh = ssh(arguments);
    Optional<DeployException> failure = Optional.empty();
    List<String> ours = List.of();
    try {
      ours = SshConfig.ofFile(config, local()).print(query(asked));
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

  private List<String> known(List<String> lines) {
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

  private Answer ssh(List<String> arguments) throws Exception {
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
}
