package dev.deployctl.openssh.knownhosts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.openssh.config.RealSshG;
import dev.deployctl.openssh.keys.TestKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The lines of a known_hosts file for a name, by this reader and by {@code ssh-keygen -F}. */
class KnownHostsOpenSshTest {
  private static final List<String> NAMES =
      List.of("web1", "web2", "db1", "web1.example.com", "[web1]:2222", "10.0.0.1", "[::1]:22");
  private static final List<String> PARTS =
      List.of(
          "web1",
          "WEB1",
          "web?",
          "web*",
          "!web1",
          "!*.example.com",
          "*.example.com",
          "*",
          "db1",
          "[web1]:2222",
          "[*]:2222",
          "[web1]:22",
          "10.0.0.*",
          "::1",
          "!",
          "");
  private static final List<String> MARKERS =
      List.of("", "", "", "", "@cert-authority ", "@revoked ", "@strange ", "# ", "  ");
  private static final TestKey KEY = TestKey.ed25519();

  @TempDir static Path directory;

  @BeforeAll
  static void needsSsh() {
    RealSshG.required();
  }

  @TestFactory
  Stream<DynamicTest> findsTheLinesThatSshKeygenFinds() {
    return IntStream.range(0, 60)
        .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> compare(seed)));
  }

  private static void compare(int seed) throws Exception {
    Random random = new Random(seed);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      lines.add(line(random));
    }
    Path file = Files.createTempFile(directory, "known_hosts", "");
    Files.write(file, lines);
    String name = NAMES.get(random.nextInt(NAMES.size()));
    List<Integer> ours = new ArrayList<>();
    for (int number = 1; number <= lines.size(); number++) {
      int place = number;
      KnownHostsLine.read(file, number, lines.get(number - 1))
          .filter(line -> line.holdsFor(name))
          .ifPresent(line -> ours.add(place));
    }
    assertThat(ours).as(name + " in\n" + String.join("\n", lines)).isEqualTo(theirs(name, file));
  }

  private static String line(Random random) {
    String names;
    if (random.nextInt(4) == 0) {
      names = KnownHostsFile.line(NAMES.get(random.nextInt(NAMES.size())), KEY.key(), true);
      names = names.substring(0, names.indexOf(' '));
    } else {
      List<String> parts = new ArrayList<>();
      for (int i = random.nextInt(3); i >= 0; i--) {
        parts.add(PARTS.get(random.nextInt(PARTS.size())));
      }
      names = String.join(",", parts);
    }
    String separator = random.nextInt(5) == 0 ? "\t" : " ";
    String comment = random.nextInt(3) == 0 ? " a comment" : "";
    return MARKERS.get(random.nextInt(MARKERS.size()))
        + names
        + separator
        + KEY.key().line()
        + comment;
  }

  private static List<Integer> theirs(String name, Path file) throws Exception {
    Process process =
        new ProcessBuilder("ssh-keygen", "-F", name, "-f", file.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    List<Integer> found = new ArrayList<>();
    Matcher line = Pattern.compile("found: line (\\d+)").matcher(output);
    while (line.find()) {
      found.add(Integer.valueOf(line.group(1)));
    }
    return found;
  }
}
