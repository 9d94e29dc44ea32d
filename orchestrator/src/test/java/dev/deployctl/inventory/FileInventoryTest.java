package dev.deployctl.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.fleet.Inventory.NearMiss;
import dev.deployctl.model.Host;
import dev.deployctl.model.ProblemsException;
import dev.deployctl.model.TagQuery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileInventoryTest {
  private static final String SAMPLE =
      """
      hosts:
        - { name: web-c1, address: 10.0.3.11, zone: c, tags: { App: blog, Role: web } }
        - { name: web-a1, address: 10.0.1.11, zone: a, tags: { App: [blog, admin], Role: web } }
        - { name: db-a1, tags: { App: blog, Role: db } }
        - { name: ci, id: i-7, tags: { Team: x } }
      """;

  @TempDir private Path directory;

  private FileInventory inventory(String yaml) throws IOException {
    return new FileInventory(Files.writeString(directory.resolve("hosts.yml"), yaml));
  }

  @Test
  void findsHostsByTagsInStableOrder() throws IOException {
    FileInventory inventory = inventory(SAMPLE);

    assertThat(inventory.hosts(query("App", "blog")))
        .extracting(Host::name)
        .containsExactly("db-a1", "web-a1", "web-c1");
    assertThat(inventory.hosts(query("App", "admin")))
        .extracting(Host::address, Host::zone)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("10.0.1.11", "a"));
    assertThat(inventory.hosts(query("Team", "*"))).extracting(Host::id).containsExactly("i-7");
    assertThat(
            inventory.hosts(
                new TagQuery(Map.of("App", List.of("blog")), Map.of("Role", List.of("d?")))))
        .extracting(Host::name)
        .containsExactly("web-a1", "web-c1");
  }

  @Test
  void saysWhyAHostIsMissing() throws IOException {
    TagQuery query = new TagQuery(Map.of("App", List.of("admin"), "Role", List.of("web")));

    assertThat(inventory(SAMPLE).nearMisses(query))
        .extracting(miss -> miss.host().name(), NearMiss::failed)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("web-c1", List.of("has App=blog, not App=admin")));
  }

  @Test
  void tellsAllMistakesOfTheFileAtOnce() throws IOException {
    FileInventory inventory =
        inventory(
            """
            hosts:
              - { name: web-1, adress: 10.0.0.1 }
              - { address: 10.0.0.2 }
              - { name: "-oProxyCommand=x" }
              - { name: web-4, tags: [App] }
            hots: 1
            """);

    assertThatThrownBy(() -> inventory.hosts(query("App", "blog")))
        .isInstanceOfSatisfying(
            ProblemsException.class,
            e ->
                assertThat(e.problems())
                    .extracting(problem -> problem.toString().replace(directory + "/", ""))
                    .containsExactly(
                        "hosts.yml:2:20: hosts[0].adress: unknown key (did you mean address?)",
                        "hosts.yml:3:5: hosts[1].name: is missing: what people call it",
                        "hosts.yml:4:13: hosts[2].name: '-oProxyCommand=x' is not a name or"
                            + " address",
                        "hosts.yml:5:26: hosts[3].tags: is a list, a mapping is expected",
                        "hosts.yml:6:1: hots: unknown key (did you mean hosts?)"));
  }

  @Test
  void refusesOneIdForTwoHosts() throws IOException {
    FileInventory inventory = inventory("hosts:\n  - name: web-1\n  - name: web-1\n");

    assertThatThrownBy(() -> inventory.hosts(query("App", "blog")))
        .hasMessageContaining("hosts.yml:3:5: hosts[1]: the host web-1 stands on line 2 already");
  }

  @Test
  void tenThousandHostsFitIn() throws IOException {
    StringBuilder yaml = new StringBuilder("hosts:\n");
    for (int i = 0; i < 10_000; i++) {
      yaml.append(
          "  - { name: web-%05d, zone: a, tags: { App: [blog, x], Role: web } }\n".formatted(i));
    }

    assertThat(inventory(yaml.toString()).hosts(query("App", "blog"))).hasSize(10_000);
  }

  private static TagQuery query(String key, String value) {
    return new TagQuery(Map.of(key, List.of(value)));
  }
}
