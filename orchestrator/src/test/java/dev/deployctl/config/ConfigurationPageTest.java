package dev.deployctl.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.inventory.FileInventory;
import dev.deployctl.model.Gate;
import dev.deployctl.model.TagQuery;
import dev.deployctl.yaml.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/configuration.md names every key with its true default, and its examples can be read. */
final class ConfigurationPageTest {
  private static final Path PAGE = Path.of("../docs/configuration.md");
  private static final Pattern ROW =
      Pattern.compile("^\\| `([a-zA-Z0-9.\\[\\]-]+)` \\|([^|]*)\\|", Pattern.MULTILINE);
  private static final Pattern EXAMPLE = Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL);

  @TempDir private Path directory;

  @Test
  void namesEveryKeyAndItsDefault() throws IOException {
    Map<String, String> expected = new TreeMap<>();
    keys("", ConfigShape.ENVIRONMENT, expected);
    expected.put("environments.NAME", "");
    String page = Files.readString(PAGE);
    Map<String, String> written = new TreeMap<>();
    ROW.matcher(page.substring(0, page.indexOf("## The hosts file")))
        .results()
        .forEach(row -> written.put(row.group(1), row.group(2).replace("`", "").strip()));

    assertThat(written).containsOnlyKeys(expected.keySet());
    expected.forEach(
        (key, fallback) -> {
          if (!fallback.isEmpty()) {
            assertThat(written).containsEntry(key, fallback);
          }
        });
  }

  /** Every key that takes a value; the rollout of an app is documented once. */
  private static void keys(String path, Shape.Fields shape, Map<String, String> all) {
    shape
        .fields()
        .forEach(
            (key, field) -> {
              String inner = path + key;
              switch (field.shape()) {
                case Shape.Fields fields when !inner.equals("apps.NAME.rollout") ->
                    keys(inner + ".", fields, all);
                case Shape.Items(Shape.Fields fields, boolean orOne)
                    when !inner.startsWith("apps.") -> {
                  all.put(inner, "");
                  keys(inner + "[].", fields, all);
                }
                case Shape.Entries(String what, Pattern pattern, Shape.Fields fields) ->
                    keys(inner + ".NAME.", fields, all);
                default ->
                    all.put(inner, java.util.Objects.requireNonNullElse(field.fallback(), ""));
              }
            });
  }

  @Test
  void itsExamplesCanBeRead() throws IOException {
    List<String> examples =
        EXAMPLE
            .matcher(Files.readString(PAGE))
            .results()
            .map((MatchResult match) -> match.group(1))
            .toList();
    assertThat(examples).hasSize(5);
    // The third one may be added to the first.
    Path file =
        Files.writeString(
            directory.resolve("deployctl.yml"), examples.getFirst() + examples.get(2));
    Path hosts = Files.writeString(directory.resolve("hosts.yml"), examples.get(4));
    Path gates =
        Files.writeString(
            directory.resolve("gates.yml"),
            "inventory: { file: hosts.yml }\napps: {}\n" + examples.get(1) + examples.get(3));
    Map<String, String> environment = Map.of("DEPLOY_WEBHOOK", "https://chat.example.com/x");

    assertThat(new ConfigLoader(environment, () -> Path.of("/home/alice")).load(file, null).apps())
        .hasSize(2);
    assertThat(
            new ConfigLoader(environment, () -> Path.of("/home/alice"))
                .load(file, "staging")
                .apps())
        .hasSize(2);
    assertThat(
            new ConfigLoader(environment, () -> Path.of("/home/alice"))
                .load(file, null)
                .hooks()
                .after())
        .hasSize(2);
    assertThat(
            new ConfigLoader(
                    Map.of("SLACK_TOKEN", "a", "GITHUB_TOKEN", "b"), () -> Path.of("/home/alice"))
                .load(gates, null)
                .rollout()
                .gates())
        .extracting(Gate::name)
        .containsExactly("smoke test", "blog.example.com", "blog-5xx, blog-latency", "question");
    assertThat(new FileInventory(hosts).hosts(new TagQuery(Map.of("App", List.of("blog")))))
        .hasSize(2);
  }
}
