package dev.deployctl.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.model.Host;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RolesTest {
  private static Host host(String... values) {
    SequencedSet<String> all = new LinkedHashSet<>(List.of(values));
    return new Host("h", "h", "h", "", Map.of("Role", all));
  }

  private static ManagedFile conf(String text) {
    return new ManagedFile("host.conf", text.getBytes(StandardCharsets.UTF_8));
  }

  private static String withRoles(String text, String... values) {
    byte[] content = new Roles("Role").addTo(conf(text), host(values)).content();
    return new String(content, StandardCharsets.UTF_8);
  }

  @Test
  void theWordsOfTheTagAreRolesOnceEach() {
    assertThat(new Roles("Role").of(host("web, worker", "web", "worker cron")))
        .containsExactly("web", "worker", "cron");
  }

  @Test
  void aFileWithoutTheSectionGetsItAtTheEnd() {
    assertThat(withRoles("[docker]\ntimeout = 1s", "web"))
        .isEqualTo("[docker]\ntimeout = 1s\n\n[host]\nroles = web\n");
    assertThat(withRoles("", "web")).isEqualTo("\n[host]\nroles = web\n");
  }

  @Test
  void aFileWithTheSectionGetsTheKeyInIt() {
    assertThat(withRoles("[host] ; of all\n\n[docker]\n", "web", "cron"))
        .isEqualTo("[host] ; of all\nroles = web, cron\n\n[docker]\n");
    assertThat(withRoles("[host]", "web")).isEqualTo("[host]\nroles = web\n");
  }

  @Test
  void aHostWithoutTheTagGetsTheFileAsItIs() {
    assertThat(withRoles("[docker]\n")).isEqualTo("[docker]\n");
  }

  @Test
  void bytesThatAreNoTextReachTheHostsOwnReader() {
    byte[] content = {'[', 'a', ']', '\n', (byte) 0xff, '\n'};
    ManagedFile file = new Roles("Role").addTo(new ManagedFile("host.conf", content), host("web"));
    assertThat(file.content()).startsWith(content);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[host]\nroles = a\n", "[x]\n[host]  # c\n\nroles=a", "[host]\nroles =\n"})
  void ownRolesAreFound(String text) {
    assertThat(Roles.areIn(conf(text))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[docker]\nroles = a\n", "[host]\n[docker]\nroles = a\n", "; [host]\nroles=a"})
  void otherTextIsNoRole(String text) {
    assertThat(Roles.areIn(conf(text))).isFalse();
  }
}
