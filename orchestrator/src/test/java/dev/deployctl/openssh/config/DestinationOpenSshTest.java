package dev.deployctl.openssh.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Destinations, parsed here and by {@code ssh -G}. */
class DestinationOpenSshTest {
  private static final List<String> DESTINATIONS =
      List.of(
          "web",
          "bob@web",
          "a@b@web",
          "bob@2001:db8::1",
          "ssh://web:2299",
          "ssh://ann@web:2299",
          "ssh://bob@127.0.0.1:2222",
          "ssh://web/",
          "ssh://web:",
          "ssh://web:/",
          "ssh://web:99999",
          "ssh://web:0",
          "ssh://web/path",
          "ssh://web//",
          "ssh://[::1]:22",
          "@web",
          "ssh://",
          "ssh://@web",
          "ssh://user@",
          "ssh://a%40b@web",
          "ssh://a%4@web",
          "ssh://a+b@web",
          "ssh://a;x=1@web",
          "ssh://a@b@web",
          "ssh://-web",
          "ssh://we..b",
          "ssh://web.",
          "ssh://.web",
          "ssh://_web",
          "ssh://we_b",
          "ssh://web-",
          "ssh://web:https",
          "ssh://WEB",
          "SSH://web",
          "bob@ssh://web",
          "%h@web");

  @BeforeAll
  static void needsSsh() {
    RealSshG.required();
  }

  @TestFactory
  Stream<DynamicTest> parsesDestinationsAsSshDoes() {
    return DESTINATIONS.stream()
        .map(
            text ->
                DynamicTest.dynamicTest(
                    text, () -> assertThat(ours(text)).isEqualTo(theirs(text))));
  }

  private static Optional<List<String>> ours(String text) {
    return Destination.parse(text)
        .map(
            to ->
                List.of(
                    "host " + to.host(),
                    "user " + to.user().orElse(System.getProperty("user.name")),
                    "port " + to.port().orElse(22)));
  }

  private static Optional<List<String>> theirs(String text) throws Exception {
    Process ssh =
        new ProcessBuilder("ssh", "-G", "-F", "none", text)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String said = new String(ssh.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (ssh.waitFor() != 0) {
      return Optional.empty();
    }
    return Optional.of(
        Stream.of("host ", "user ", "port ")
            .map(key -> said.lines().filter(line -> line.startsWith(key)).findFirst().orElse(""))
            .toList());
  }
}
