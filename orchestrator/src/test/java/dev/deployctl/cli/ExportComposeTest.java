package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports of every preset, read by the installed docker-compose. */
final class ExportComposeTest {
  private static final List<String> PRESETS =
      List.of("rails", "django", "node", "laravel", "spring", "go");
  private static final List<String> PROFILES = List.of("--profile=release", "--profile=schedules");

  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;
  private ExportedApp app;
  private String compose;

  @BeforeEach
  void oneHost() throws Exception {
    compose = Shell.required("docker-compose").toString();
    fixture = new CliFixture(directory, "web-1");
    app = new ExportedApp(fixture);
  }

  private Path export(String name) {
    Path target = directory.resolve(name);
    CliFixture.Finished finished =
        fixture.run("export", "blog", "--to=compose", "--output=" + target);
    assertThat(finished.exit()).as(finished.err()).isZero();
    return target.resolve("compose.yaml");
  }

  /** Reads the file, with a value for each variable that it requires. */
  private Shell.Ended config(Path file, String value) throws IOException {
    Map<String, String> variables = new TreeMap<>();
    Pattern.compile("\\$\\{([A-Z_]+):")
        .matcher(Files.readString(file))
        .results()
        .forEach(name -> variables.put(name.group(1), value));
    return Shell.run(
        directory,
        variables,
        compose,
        PROFILES.getFirst(),
        PROFILES.getLast(),
        "--file=" + file,
        "config");
  }

  @Test
  void theFileOfEveryPresetIsAccepted() throws Exception {
    for (String preset : PRESETS) {
      app.preset(preset, true);

      Shell.Ended ended = config(export(preset), "given");

      assertThat(ended.exit()).as("%s: %s", preset, ended.out()).isZero();
      assertThat(ended.out()).contains("image: " + ExportedApp.IMAGE);
    }
  }

  @Test
  void everySectionIsReadAsItIsMeant() throws Exception {
    app.told = read -> read.replace("HOME", "$HOME");
    app.defined(ExportedApp.WHOLE);

    Shell.Ended ended = config(export("whole"), "given");

    assertThat(ended.exit()).as(ended.out()).isZero();
    JsonNode services = new ObjectMapper(new YAMLFactory()).readTree(ended.out()).path("services");
    assertThat(services.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "web", "worker", "clock", "release-command", "schedule-nightly", "schedule-often");
    JsonNode web = services.path("web");
    assertThat(web.path("environment").path("DATABASE_URL").asText()).isEqualTo("given");
    assertThat(web.path("command").toString()).contains("$$HOME");
    assertThat(web.path("pids_limit").asInt()).isEqualTo(512);
    assertThat(services.path("worker").path("stop_grace_period").asText()).isEqualTo("300s");
  }

  @Test
  void nothingStartsWithoutARequiredVariable() throws Exception {
    app.defined(ExportedApp.WHOLE);

    Shell.Ended ended = config(export("whole"), "");

    assertThat(ended.exit()).isNotZero();
    assertThat(ended.out()).contains("DATABASE_URL", "is not set");
  }
}
