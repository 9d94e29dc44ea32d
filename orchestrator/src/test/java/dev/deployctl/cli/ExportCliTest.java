package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.deployctl.output.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** export, from the definition of an app on its hosts to the files. */
final class ExportCliTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;
  private ExportedApp app;
  private Path out;

  @BeforeEach
  void threeHosts() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2", "worker");
    app = new ExportedApp(fixture);
    out = directory.resolve("out");
  }

  private Map<String, String> ecs(String... more) throws IOException {
    String[] words = new String[4 + more.length];
    System.arraycopy(
        new String[] {"export", "blog", "--to=ecs", "--output=" + out}, 0, words, 0, 4);
    System.arraycopy(more, 0, words, 4, more.length);
    CliFixture.Finished finished = fixture.run(words);
    assertThat(finished.exit()).as(finished.err()).isZero();
    return ExportedApp.files(out);
  }

  private String compose() {
    CliFixture.Finished finished = fixture.run("export", "blog", "--to=compose");
    assertThat(finished.exit()).as(finished.err()).isZero();
    return finished.out();
  }

  private static JsonNode json(Map<String, String> files, String path) throws IOException {
    return JSON.readTree(files.get(path));
  }

  private static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }

  @Test
  void railsForEcs() throws IOException {
    app.preset("rails", true);

    String all =
        ecs().entrySet().stream()
            .map(file -> "=== " + file.getKey() + "\n" + file.getValue())
            .collect(Collectors.joining());

    Golden.check("export-ecs-rails", all);
  }

  @Test
  void laravelForCompose() throws IOException {
    app.preset("laravel", true);

    Golden.check("export-compose-laravel", compose());
  }

  @ParameterizedTest
  @CsvSource({
    "rails, 8080, /up",
    "django, 8080, /healthz",
    "node, 8080, /healthz",
    "laravel, 8080, /up",
    "spring, 8080, /actuator/health",
    "go, 8080, /healthz"
  })
  void everyPresetHasAServiceWithItsImageAndItsHealthCheck(String preset, int port, String health)
      throws IOException {
    app.preset(preset, false);

    Map<String, String> files = ecs();

    JsonNode task = json(files, "web/ecs-task-def.json");
    JsonNode container = task.path("containerDefinitions").path(0);
    assertThat(task.path("family").asText()).isEqualTo("blog-web");
    assertThat(container.path("image").asText()).isEqualTo(ExportedApp.IMAGE);
    assertThat(container.path("portMappings").path(0).path("containerPort").asInt())
        .isEqualTo(port);
    JsonNode service = json(files, "web/ecs-service-def.json");
    assertThat(service.path("desiredCount").asInt()).isEqualTo(3);
    assertThat(service.path("deploymentConfiguration").toString())
        .contains("\"rollback\":true", "\"minimumHealthyPercent\":100");
    assertThat(json(files, "target-group.json").path("HealthCheckPath").asText()).isEqualTo(health);
    JsonNode web = YAML.readTree(compose()).path("services").path("web");
    assertThat(web.path("image").asText()).isEqualTo(ExportedApp.IMAGE);
    assertThat(web.path("ports").path(0).asText()).isEqualTo("127.0.0.1:8080:8080");
  }

  @Test
  void everySectionOfADefinitionIsMappedToEcs() throws IOException {
    app.defined(ExportedApp.WHOLE);

    Map<String, String> files = ecs();

    JsonNode task = json(files, "web/ecs-task-def.json");
    JsonNode web = task.path("containerDefinitions").path(0);
    assertThat(task.path("cpu").asText()).isEqualTo("1536");
    assertThat(task.path("volumes").toString()).contains("\"sourcePath\":\"/srv/blog\"");
    assertThat(texts(web.path("command"))).containsExactly("puma", "--tag", "NAME", "HOME");
    assertThat(web.path("memory").asInt()).isEqualTo(1024);
    assertThat(web.path("user").asText()).isEqualTo("1000:1000");
    assertThat(web.path("readonlyRootFilesystem").asBoolean()).isTrue();
    assertThat(web.path("environment").toString())
        .isEqualTo("[{\"name\":\"PORT\",\"value\":\"3000\"}]");
    assertThat(web.path("secrets").toString())
        .isEqualTo(
            "[{\"name\":\"DATABASE_URL\",\"valueFrom\":\"/blog/DATABASE_URL\"},"
                + "{\"name\":\"FEATURE_X\",\"valueFrom\":\"/blog/FEATURE_X\"}]");
    assertThat(web.path("linuxParameters").toString())
        .contains("\"add\":[\"NET_BIND_SERVICE\"]", "\"drop\":[\"ALL\"]", "/tmp");
    assertThat(web.path("ulimits").toString()).contains("\"softLimit\":4096");
    assertThat(json(files, "web/ecs-service-def.json").toString())
        .contains(
            "\"desiredCount\":6", "\"minimumHealthyPercent\":0", "\"enableExecuteCommand\":true");
    JsonNode worker = json(files, "worker/ecs-task-def.json").path("containerDefinitions").path(0);
    assertThat(worker.path("memory").asInt()).isEqualTo(256);
    assertThat(worker.path("stopTimeout").asInt()).isEqualTo(300);
    assertThat(texts(worker.path("healthCheck").path("command")))
        .containsExactly("CMD", "bin/alive", "now");
    JsonNode service = json(files, "worker/ecs-service-def.json");
    assertThat(service.path("desiredCount").asInt()).as("one host has the role").isEqualTo(2);
    assertThat(service.toString()).contains("attribute:role in [worker]");
    assertThat(files).doesNotContainKey("worker/target-group.json");
    assertThat(json(files, "release-overrides.json").toString())
        .isEqualTo(
            "{\"containerOverrides\":[{\"name\":\"web\",\"command\":[\"bin/rails\",\"db:migrate\"]}]}");
  }

  @Test
  void aScheduleInAnotherZoneIsDisabledUntilItsTimesAreConverted() throws IOException {
    app.defined(ExportedApp.WHOLE);

    JsonNode rules = YAML.readTree(ecs().get("ecschedule.yml")).path("rules");

    assertThat(rules.path(0).path("name").asText()).isEqualTo("blog-nightly");
    assertThat(rules.path(0).path("disabled").asBoolean()).isTrue();
    assertThat(rules.path(0).path("scheduleExpression").asText()).isEqualTo("cron(0 3 * * ? *)");
    assertThat(rules.path(1).has("disabled")).isFalse();
    assertThat(rules.path(1).path("scheduleExpression").asText())
        .isEqualTo("cron(0,20,40 8-18 ? * MON,TUE,WED,THU,FRI *)");
  }

  @Test
  void everySectionOfADefinitionIsMappedToCompose() throws IOException {
    app.defined(ExportedApp.WHOLE);

    JsonNode services = YAML.readTree(compose()).path("services");

    JsonNode web = services.path("web");
    assertThat(web.path("scale").asInt()).isEqualTo(2);
    assertThat(web.path("ports").path(0).asText()).isEqualTo("127.0.0.1:3000-3001:3000");
    assertThat(texts(web.path("command"))).containsExactly("puma", "--tag", "NAME", "HOME");
    assertThat(web.path("environment").path("DATABASE_URL").asText())
        .isEqualTo("${DATABASE_URL:?is not set}");
    assertThat(web.path("environment").path("FEATURE_X").isNull()).isTrue();
    assertThat(web.path("mem_limit").asText()).isEqualTo("1024m");
    assertThat(web.path("cpus").asDouble()).isEqualTo(1.5);
    JsonNode worker = services.path("worker");
    assertThat(worker.path("stop_signal").asText()).isEqualTo("SIGINT");
    assertThat(worker.path("stop_grace_period").asText()).isEqualTo("300s");
    assertThat(texts(worker.path("healthcheck").path("test")))
        .containsExactly("CMD", "bin/alive", "now");
    assertThat(services.path("clock").path("healthcheck").path("disable").asBoolean()).isTrue();
    assertThat(texts(services.path("release-command").path("profiles"))).containsExactly("release");
    assertThat(texts(services.path("schedule-nightly").path("command")))
        .containsExactly("bin/rake", "report");
  }

  @ParameterizedTest
  @CsvSource({"ecs, ./web/ecspresso.yml", "compose, ./compose.yaml"})
  void whatDoesNotMapIsOnTopWithTheReasonAndWhatToDo(String form, String first) throws IOException {
    app.defined(ExportedApp.WHOLE);

    CliFixture.Finished finished =
        fixture.run("export", "blog", "--to", form, "--output=" + out, "--json");

    JsonNode told = finished.json().getFirst();
    String head =
        Files.readString(out.resolve(first))
            .lines()
            .takeWhile(line -> line.startsWith("#"))
            .map(line -> line.substring(1).strip())
            .collect(Collectors.joining(" "));
    assertThat(told.path("not_mapped")).hasSizeGreaterThan(10);
    for (JsonNode remark : told.path("not_mapped")) {
      assertThat(head)
          .contains(remark.path("subject").asText() + ": " + remark.path("reason").asText())
          .contains(remark.path("todo").asText());
    }
    assertThat(told.path("not_mapped").toString())
        .contains("[vhost]", "[release] command", "[schedule nightly]", "[assets]", "[volumes]")
        .contains("roles", "[app] consoles", "[connect] mode = socket", "rollouts", "[env] source");
  }

  @Test
  void wordsThatTemplatesWouldReplaceStayAsTheyAre() throws IOException {
    app.told = read -> read.replace("NAME", "{{name}}").replace("HOME", "$HOME");
    app.defined(ExportedApp.WHOLE);

    JsonNode task = json(ecs(), "web/ecs-task-def.json");

    assertThat(texts(task.path("containerDefinitions").path(0).path("command")))
        .containsExactly("puma", "--tag", "{{`{{`}}name}}", "$HOME");
    assertThat(texts(YAML.readTree(compose()).path("services").path("web").path("command")))
        .containsExactly("puma", "--tag", "{{name}}", "$$HOME");
  }

  @Test
  void variablesInAwsKeepTheirPlace() throws IOException {
    for (FakeHost host : fixture.hosts()) {
      host.answers("env-list", 0, List.of(variable("DATABASE_URL", "/shared/"), listed()));
    }
    app.defined(
        ExportedApp.WHOLE.replace("source = file", "source = ssm\nroots = /shared/, /blog/prod/"));

    assertThat(json(ecs(), "worker/ecs-task-def.json").findValue("secrets").path(0).toString())
        .contains("\"valueFrom\":\"/shared/DATABASE_URL\"");
    assertThat(Files.readString(out.resolve("NOTES.md"))).contains("not answered: FEATURE_X");

    app.defined(
        ExportedApp.WHOLE.replace("source = file", "source = secretsmanager\nroots = /shared/"));
    assertThat(
            json(ecs("--force"), "worker/ecs-task-def.json")
                .findValue("secrets")
                .path(0)
                .toString())
        .contains("{{ secretsmanager_arn `/shared/` }}:DATABASE_URL::");
  }

  private static ObjectNode variable(String name, String source) {
    return Transcripts.object()
        .put("v", 1)
        .put("seq", 1)
        .put("type", "env.name")
        .put("app", "blog")
        .put("name", name)
        .put("source", source);
  }

  private static ObjectNode listed() {
    return Transcripts.object()
        .put("v", 1)
        .put("seq", 2)
        .put("type", "env.listed")
        .put("app", "blog");
  }

  @Test
  void anAppThatHasNothingButSchedulesHasATaskWithoutContainers() throws IOException {
    app.defined(
        """
        [app]
        repository = registry.example.com/blog
        deployers = alice
        [schedule nightly]
        at = daily
        timezone = UTC
        command = bin/report
        """);

    Map<String, String> files = ecs();

    assertThat(json(files, "task/ecs-service-def.json").path("desiredCount").asInt()).isZero();
    assertThat(files.get("ecschedule.yml")).contains("cron(0 0 * * ? *)", "\"blog-task\"");
    JsonNode services = YAML.readTree(compose()).path("services");
    assertThat(services.fieldNames()).toIterable().containsExactly("schedule-nightly");
  }

  @Test
  void hostsThatDifferAreNamedAndCounted() throws Exception {
    app.defined(ExportedApp.WHOLE);
    fixture.server("web-2").close();

    CliFixture.Finished finished = fixture.run("export", "blog", "--to=ecs", "--output=" + out);

    assertThat(finished.exit()).isEqualTo(5);
    assertThat(finished.err()).contains("web-2", "refused");
    Map<String, String> files = ExportedApp.files(out);
    assertThat(files.get("NOTES.md")).contains("No answer from web-2");
    assertThat(json(files, "web/ecs-service-def.json").path("desiredCount").asInt()).isEqualTo(4);
  }

  @Test
  void nothingLiveIsNothingToExport() {
    for (FakeHost host : fixture.hosts()) {
      ObjectNode event = Transcripts.object().put("v", 1).put("seq", 1).put("type", "definition");
      host.answers("definition", 0, List.of(event.put("app", "blog").putNull("live")));
    }

    CliFixture.Finished finished = fixture.run("export", "blog", "--to=ecs", "--output=" + out);

    assertThat(finished.exit()).isEqualTo(2);
    assertThat(finished.err()).contains("no host answered with a live release of blog");
    assertThat(out).doesNotExist();
  }

  @Test
  void anExistingDirectoryIsReplacedOnlyWithForce() throws IOException {
    app.preset("go", false);
    Files.createDirectories(out);
    Files.writeString(out.resolve("mine"), "mine");

    CliFixture.Finished refused = fixture.run("export", "blog", "--to=compose", "--output=" + out);

    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.err()).contains("is not empty; nothing was written", "--force");
    assertThat(fixture.host("web-1").asked()).isEmpty();
    assertThat(ecs("--force")).containsKeys("mine", "NOTES.md", "web/ecspresso.yml");
  }

  @ParameterizedTest
  @CsvSource({
    "--to=ecs, --output is missing",
    "--to=ecs --output=x --port=0, from 1 to 65535",
    "--to=compose --json, --output is missing"
  })
  void wrongOptionsAreRefusedBeforeAnyHostIsAsked(String options, String message) {
    CliFixture.Finished refused = fixture.run(("export blog " + options).split(" ", -1));

    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.err() + refused.out()).contains(message);
    assertThat(fixture.host("web-1").asked()).isEmpty();
  }

  @Test
  void anotherPortIsUsedEverywhere() throws IOException {
    app.preset("rails", false);

    Map<String, String> files = ecs("--port=3000");

    assertThat(files.get("web/ecs-task-def.json"))
        .contains("\"value\": \"3000\"", "\"containerPort\": 3000");
    assertThat(files.get("target-group.json")).contains("\"Port\": 3000");
  }
}
