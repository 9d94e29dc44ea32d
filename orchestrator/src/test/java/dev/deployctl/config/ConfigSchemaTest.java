package dev.deployctl.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.deployctl.model.InventorySettings;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.yaml.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The schema, the table of keys and the records agree. */
final class ConfigSchemaTest {
  private static final Path FILE = Path.of("../docs/deployctl.schema.json");
  private static final String FINE =
      "inventory: { file: h.yml }\napps: { a: { hosts: { A: a } } }\n";
  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(ConfigSchema.json());

  @TempDir private Path directory;

  @Test
  void theFileInDocsIsWhatTheTableSays() throws IOException {
    if (Boolean.getBoolean("deployctl.write-docs")) {
      Files.writeString(FILE, ConfigSchema.json());
    }
    assertThat(FILE)
        .as("run this test with -Ddeployctl.write-docs=true to write it again")
        .hasContent(ConfigSchema.json());
  }

  static List<Arguments> records() {
    return List.of(
        Arguments.of(SshSettings.class, ConfigShape.SSH, Set.of(), Set.of()),
        Arguments.of(InventorySettings.Ec2.class, ConfigShape.EC2, Set.of(), Set.of()),
        Arguments.of(
            RolloutSettings.class,
            ConfigShape.ROLLOUT,
            Set.of("batch-sizes"),
            Set.of("batch-size")),
        Arguments.of(AppSettings.class, ConfigShape.APP, Set.of("app"), Set.of("exclude")),
        Arguments.of(Hooks.class, ConfigShape.HOOKS, Set.of(), Set.of()),
        Arguments.of(Notifications.class, ConfigShape.NOTIFY, Set.of(), Set.of()),
        Arguments.of(
            DeployConfig.class,
            ConfigShape.ENVIRONMENT,
            Set.of("file", "environment", "effective", "notifications"),
            Set.of("notify")));
  }

  /** A component without a key, or a key without a component, is named here with both lists. */
  @ParameterizedTest
  @MethodSource("records")
  void eachRecordHasExactlyTheKeysOfTheTable(
      Class<? extends Record> type,
      Shape.Fields shape,
      Set<String> onlyComponents,
      Set<String> onlyKeys) {
    Set<String> components = new TreeSet<>();
    Arrays.stream(type.getRecordComponents())
        .map(component -> component.getName().replaceAll("([A-Z0-9]+)", "-$1"))
        .map(name -> name.toLowerCase(Locale.ROOT))
        .forEach(components::add);
    components.removeAll(onlyComponents);
    Set<String> keys = new TreeSet<>(shape.fields().keySet());
    keys.removeAll(onlyKeys);

    assertThat(components).isEqualTo(keys);
  }

  @Test
  void theDefaultsOfTheTableAreThoseOfTheRecords() throws IOException {
    StringBuilder written = new StringBuilder("rollout:\n");
    ConfigShape.ROLLOUT
        .fields()
        .forEach(
            (key, field) -> {
              if (field.fallback() != null) {
                written.append("  %s: %s\n".formatted(key, field.fallback()));
              }
            });

    assertThat(load(FINE + written).rollout()).isEqualTo(RolloutSettings.defaults());
    StringBuilder ec2 = new StringBuilder("inventory:\n  ec2:\n");
    ConfigShape.EC2
        .fields()
        .forEach(
            (key, field) -> {
              if (field.fallback() != null) {
                ec2.append("    %s: %s\n".formatted(key, field.fallback()));
              }
            });

    assertThat(load(ec2 + "apps: {}\n").inventory())
        .isEqualTo(load("inventory: { ec2: {} }\napps: {}\n").inventory());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        FINE,
        FINE + "ssh: { port: 22, user: deploy, identity-file: [a, b], connect-timeout: 5s }",
        FINE + "ssh: { port: \"${PORT}\", user: \"x${USER}y\" }",
        FINE + "rollout: { canary: 0, batch-size: [1, 25%, 100 %], pause: 0s, zones: one-by-one }",
        FINE + "rollout: { on-failure: \"${WORD}\", parallelism: 5 }",
        FINE + "rollout:\n",
        FINE + "hooks: { before: [[a, b], [c]], failed: [[d]] }",
        FINE + "notify: { webhook: [\"https://a/b\", \"http://c\"] }",
        FINE + "environments: { s: { rollout: { canary: ~ } }, t: }",
        "environments: { s: { " + "inventory: { ec2: {} }, apps: {} } }",
        "apps: {}\ninventory: { ec2: { regions: eu-west-1, filters: { \"tag:Env\": [a, 1, true] },"
            + " address: [name], skip-failing-regions: true, endpoint: \"http://h:1\","
            + " role-arn: \"arn:aws:iam::123456789012:role/x\" } }",
      })
  void whatTheLoaderTakesTheSchemaTakes(String yaml) throws IOException {
    Map<String, String> variables = Map.of("PORT", "22", "USER", "u", "WORD", "stop");
    Path file = Files.writeString(directory.resolve("deployctl.yml"), yaml);
    String environment = yaml.startsWith("environments") ? "s" : null;

    assertThat(new ConfigLoader(variables, () -> Path.of("/home/alice")).load(file, environment))
        .isNotNull();
    assertThat(SCHEMA.validate(json(yaml))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "apps: {}",
        FINE + "rolout: {}",
        FINE + "rollout: { canry: 1 }",
        FINE + "rollout: { canary: abc }",
        FINE + "rollout: { pause: 10 }",
        FINE + "rollout: { bake: 10 s }",
        FINE + "rollout: { canary: [1] }",
        FINE + "rollout: { batch-size: [] }",
        FINE + "rollout: { zones: both }",
        FINE + "hooks: { before: [make] }",
        FINE + "environments: { \"a b\": {} }",
        FINE + "environments: { s: { apps: { B: { hosts: {} } } } }",
        "apps: {}\ninventory: { ec2: { regions: [Ireland] } }",
        "apps: {}\ninventory: { ec2: { endpoint: host } }",
      })
  void whatTheLoaderRefusesTheSchemaRefuses(String yaml) throws IOException {
    assertThat(SCHEMA.validate(json(yaml))).isNotEmpty();
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> load(yaml)))
        .isInstanceOf(dev.deployctl.model.ProblemsException.class);
  }

  private static JsonNode json(String yaml) throws IOException {
    return new ObjectMapper(new YAMLFactory()).readTree(yaml);
  }

  private DeployConfig load(String yaml) throws IOException {
    Path file = Files.writeString(directory.resolve("deployctl.yml"), yaml);
    return new ConfigLoader(Map.of(), () -> Path.of("/home/alice")).load(file, null);
  }
}
