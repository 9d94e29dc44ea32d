package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deployctl.inventory.ec2.MotoServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports of every preset, registered at an ECS endpoint, moto_server, over HTTP. */
@Tag("moto")
final class ExportEcsMotoTest {
  private static final List<String> PRESETS =
      List.of("rails", "django", "node", "laravel", "spring", "go");

  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;
  private ExportedApp app;

  @BeforeEach
  void twoHosts() throws Exception {
    fixture = new CliFixture(directory, "web-1", "worker");
    app = new ExportedApp(fixture);
  }

  private String export(String name) {
    Path target = directory.resolve(name);
    CliFixture.Finished finished = fixture.run("export", "blog", "--to=ecs", "--output=" + target);
    assertThat(finished.exit()).as(finished.err()).isZero();
    return target.toString();
  }

  @Test
  void theEndpointAcceptsTheTaskDefinitionsServicesTargetGroupsAndRules() throws Exception {
    List<String> exports = new ArrayList<>();
    for (String preset : PRESETS) {
      app.preset(preset, true);
      exports.add(export(preset));
    }
    app.told = read -> read.replace("NAME", "{{name}}");
    app.defined(ExportedApp.WHOLE);
    exports.add(export("whole"));

    List<JsonNode> registered = register(exports);

    for (String preset : PRESETS) {
      assertThat(service(registered, preset, "blog-web").path("image").asText())
          .isEqualTo(ExportedApp.IMAGE);
    }
    JsonNode web = service(registered, "whole", "blog-web");
    assertThat(web.path("desired").asInt()).isEqualTo(4);
    assertThat(web.path("balanced").asInt()).isEqualTo(1);
    assertThat(web.path("command").toString()).contains("{{name}}");
    JsonNode worker = service(registered, "whole", "blog-worker");
    assertThat(worker.path("desired").asInt()).isEqualTo(2);
    assertThat(worker.path("balanced").asInt()).isZero();
    assertThat(registered.stream().filter(each -> each.has("rule")).map(JsonNode::toString))
        .contains(
            "{\"app\":\"laravel\",\"rule\":\"blog-scheduler\",\"state\":\"DISABLED\"}",
            "{\"app\":\"whole\",\"rule\":\"blog-nightly\",\"state\":\"DISABLED\"}",
            "{\"app\":\"whole\",\"rule\":\"blog-often\",\"state\":\"ENABLED\"}");
  }

  private List<JsonNode> register(List<String> exports) throws Exception {
    Path script = directory.resolve("register.py");
    try (var in = getClass().getResourceAsStream("/export/register.py")) {
      Files.write(script, Objects.requireNonNull(in).readAllBytes());
    }
    try (MotoServer moto = MotoServer.start(MotoServer.required(), directory.resolve("moto.log"))) {
      List<String> words = new ArrayList<>();
      words.add(MotoServer.python("boto3, yaml").toString());
      words.add(script.toString());
      words.add(moto.endpoint());
      words.addAll(exports);
      Shell.Ended ended = Shell.run(directory, Map.of(), "", words);
      assertThat(ended.exit()).as(ended.out()).isZero();
      List<JsonNode> lines = new ArrayList<>();
      for (String line : ended.out().lines().toList()) {
        lines.add(new ObjectMapper().readTree(line));
      }
      return lines;
    }
  }

  private static JsonNode service(List<JsonNode> registered, String app, String name) {
    return registered.stream()
        .filter(each -> each.path("app").asText().equals(app))
        .filter(each -> each.path("service").asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + " of " + app + ": " + registered));
  }
}
