package dev.deployctl.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.config.ConfigLoader;
import dev.deployctl.inventory.FileInventory;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.TagQuery;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Reading any file ends with a value or with an error message, never with another exception. */
final class HostileFilesTest {
  private static final String CONFIG =
      """
      ssh: { user: deploy, port: 22 }
      inventory:
        ec2: { regions: [eu-west-1], filters: { "tag:Env": production } }
      rollout: &r { canary: 1, batch-size: [1, 25%], pause: 10s }
      apps:
        blog: { hosts: { App: "${APP}", Role: [web, x] }, rollout: *r }
      environments: { staging: { inventory: { file: hosts.yml }, rollout: { canary: ~ } } }
      """;
  private static final String HOSTS =
      """
      hosts:
        - { name: web-a1, address: 10.0.1.11, zone: a, tags: { App: [blog, admin], Role: web } }
        - name: web-c1
          tags: { App: blog }
      """;
  private static final List<String> PIECES =
      List.of(
          ":",
          "- ",
          "{",
          "}",
          "[",
          "]",
          ",",
          "\n",
          "\n  ",
          "\t",
          "'",
          "\"",
          "&a ",
          "*a ",
          "*a",
          "!!binary ",
          "!x ",
          "? ",
          "| ",
          ">\n",
          "%YAML 1.2\n",
          "---\n",
          "...\n",
          "#",
          "<<: ",
          "~",
          "${",
          "$$",
          "${A}",
          "\u0000",
          "\u0085",
          "\u2028",
          "\ud83d",
          "\ufeff",
          "é",
          "0x1F",
          "1_000",
          ".inf",
          "2026-01-01",
          "=",
          "@",
          "`",
          "\r",
          "\\",
          "\\x",
          "\u001b[2J");

  private static Path directory = Path.of("");

  @BeforeContainer
  static void makeDirectory() throws IOException {
    directory = Files.createTempDirectory("hostile");
  }

  @AfterContainer
  static void removeDirectory() throws IOException {
    Files.deleteIfExists(directory.resolve("deployctl.yml"));
    Files.deleteIfExists(directory.resolve("hosts.yml"));
    Files.delete(directory);
  }

  /** Valid files with random changes. */
  private static Arbitrary<String> damaged(String whole) {
    Arbitrary<String> piece = Arbitraries.of(PIECES);
    Arbitrary<Integer> place = Arbitraries.integers().between(0, whole.length());
    Arbitrary<Integer> length = Arbitraries.integers().between(0, 12);
    Arbitrary<java.util.function.UnaryOperator<String>> damage =
        Combinators.combine(piece, place, length)
            .as(
                (text, from, cut) ->
                    before -> {
                      int start = Math.min(from, before.length());
                      int end = Math.min(start + cut, before.length());
                      return before.substring(0, start) + text + before.substring(end);
                    });
    return damage
        .list()
        .ofMinSize(1)
        .ofMaxSize(6)
        .map(
            all -> {
              String text = whole;
              for (var one : all) {
                text = one.apply(text);
              }
              return text;
            });
  }

  @Provide
  Arbitrary<String> configs() {
    return damaged(CONFIG);
  }

  @Provide
  Arbitrary<String> hosts() {
    return damaged(HOSTS);
  }

  @Property(tries = 1500)
  void aDamagedConfigEndsInASentence(@ForAll("configs") String text) throws IOException {
    reads(text.getBytes(StandardCharsets.UTF_8));
  }

  @Property(tries = 1000)
  void aDamagedHostsFileEndsInASentence(@ForAll("hosts") String text) throws IOException {
    reads(text.getBytes(StandardCharsets.UTF_8));
  }

  @Property(tries = 500)
  void anyBytesEndInASentence(@ForAll byte[] bytes) throws IOException {
    reads(bytes);
  }

  @Property(tries = 500)
  void anyTextEndsInASentence(@ForAll String text) throws IOException {
    reads(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void reads(byte[] bytes) throws IOException {
    Path config = Files.write(directory.resolve("deployctl.yml"), bytes);
    Path hosts = Files.write(directory.resolve("hosts.yml"), bytes);
    ends(
        () ->
            new ConfigLoader(Map.of("APP", "blog"), () -> Path.of("/home/alice"))
                .load(config, null)
                .apps());
    ends(
        () ->
            new ConfigLoader(Map.of("APP", "blog"), () -> Path.of("/home/alice"))
                .load(config, "staging")
                .apps());
    ends(() -> new FileInventory(hosts).hosts(new TagQuery(Map.of("App", List.of("*")))));
  }

  private static void ends(Runnable reading) {
    try {
      reading.run();
    } catch (DeployException e) {
      String message = String.valueOf(e.getMessage());
      assertThat(message).isNotBlank();
      assertThat(message.replace("\n", ""))
          .as("fit for a terminal")
          .doesNotContainPattern("\\p{Cc}");
    }
  }
}
