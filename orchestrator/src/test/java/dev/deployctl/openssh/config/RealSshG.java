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

/** Compares the settings that are read here with those that the real {@code ssh -G} prints. */
public final class RealSshG {
  private static final Path SSH = Path.of("/usr/bin/ssh");
  private static final Map<String, String> ENVIRONMENT =
      Map.of("MYDIR", "/tmp", "MYSOCK", "/tmp/my.sock", "PATH", "/usr/bin:/bin", "LC_ALL", "C");

  /** Keywords that are printed only where they are set, as deployctl has defaults of its own. */
  private static final Set<String> OWN_DEFAULTS =
      Set.of(
          "serveraliveinterval",
          "ciphers",
          "macs",
          "kexalgorithms",
          "hostkeyalgorithms",
          "pubkeyacceptedalgorithms",
          "casignaturealgorithms");

  /** The other keywords that deployctl acts on. */
  private static final Set<String> EQUAL =
      Set.of(
          """
          host user hostname port addressfamily batchmode canonicalizefallbacklocal
          canonicalizehostname checkhostip hashknownhosts identitiesonly proxyusefdpass
          pubkeyauthentication stricthostkeychecking tcpkeepalive canonicalizemaxdots
          connectionattempts serveralivecountmax requiredrsasize bindaddress bindinterface
          hostkeyalias identityagent ignoreunknown preferredauthentications revokedhostkeys
          knownhostscommand identityfile canonicaldomains certificatefile globalknownhostsfile
          userknownhostsfile sendenv setenv connecttimeout proxycommand proxyjump
          """
              .strip()
              .split("\\s+"));

  /** Default key files of types that deployctl cannot read. */
  private static final Set<String> OTHER_KEYS =
      Set.of("identityfile ~/.ssh/id_xmss", "identityfile ~/.ssh/id_dsa");

  private final Path directory;
  private final List<String> defaults;

  /**
   * @param directory for files of the test
   */
  RealSshG(Path directory) throws Exception {
    this.directory = directory;
    defaults = ssh(List.of("-G", "-F", "/dev/null", "web1")).output();
  }

  /** Skips the test with a notice, or fails it where OpenSSH is required. */
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

  /** Compares the settings of the user's and the system's files. */
  void compareFilesOfThisMachine() throws Exception {
    Answer ssh = ssh(List.of("-G", "web1"));
    assertThat(ssh.exit()).isZero();
    assertEqualSettings(SshConfig.ofUser(local()).print(SshConfigQuery.of("web1")), ssh.output());
  }

  /**
   * Compares the settings of a configuration, or the places of its errors.
   *
   * @param files the first is called config; {@code @DIR@} stands for their directory
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
      assertEqualSettings(ours, ssh.output());
    } else {
      assertThat(failure).as("ssh refuses it: " + ssh.errors()).isPresent();
      String message = String.valueOf(failure.orElseThrow().getMessage());
      assertThat(places(message))
          .as(ssh.errors() + "\nours: " + message)
          .containsAll(places(ssh.errors()));
    }
  }

  private void assertEqualSettings(List<String> ours, List<String> theirs) {
    assertThat(ours).allMatch(line -> isCompared(keyword(line)));
    for (String keyword : EQUAL) {
      assertThat(of(keyword, ours)).isEqualTo(of(keyword, theirs));
    }
    for (String keyword : OWN_DEFAULTS) {
      List<String> expected = of(keyword, theirs);
      if (of(keyword, ours).isEmpty()) {
        // Debian's ssh has another default with BatchMode.
        assertThat(expected).isIn(of(keyword, defaults), List.of("serveraliveinterval 300"));
      } else {
        assertThat(of(keyword, ours)).isEqualTo(expected);
      }
    }
  }

  private static boolean isCompared(String keyword) {
    return EQUAL.contains(keyword) || OWN_DEFAULTS.contains(keyword);
  }

  private static List<String> of(String keyword, List<String> lines) {
    return lines.stream()
        .filter(line -> keyword(line).equals(keyword) && !OTHER_KEYS.contains(line))
        .toList();
  }

  private static String keyword(String line) {
    return line.substring(0, line.indexOf(' '));
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
    Destination to = Destination.parse(host).orElseThrow();
    return new SshConfigQuery(
        to.host(), user.or(to::user), port.isPresent() ? port : to.port(), options);
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
