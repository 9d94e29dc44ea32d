package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.deployctl.Wiring;
import dev.deployctl.output.terminal.Console;
import dev.deployctl.output.terminal.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The CI examples, as far as they can be checked without the CI systems. */
final class CiExamplesTest {
  private static final Path EXAMPLES = Path.of("../examples/ci");
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final Pattern EXPRESSION = Pattern.compile("\\$\\{\\{(.*?)}}");
  private static final Pattern PINNED =
      Pattern.compile("uses: [\\w-]+/[\\w-]+@[0-9a-f]{40} # v\\d+\\.\\d+\\.\\d+");

  /** Keywords of a job in GitLab CI that the example may use. */
  private static final Set<String> GITLAB_JOB =
      Set.of(
          "after_script",
          "allow_failure",
          "artifacts",
          "before_script",
          "environment",
          "extends",
          "id_tokens",
          "image",
          "interruptible",
          "needs",
          "resource_group",
          "rules",
          "script",
          "stage",
          "timeout",
          "variables");

  @TempDir private Path directory;

  private static String text(String file) throws IOException {
    return Files.readString(EXAMPLES.resolve(file));
  }

  private static JsonNode yaml(String file) throws IOException {
    return YAML.readTree(text(file));
  }

  private static Set<String> keys(JsonNode node) {
    Set<String> keys = new TreeSet<>();
    node.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  /** Returns the names of a context, such as {@code inputs}, in a file's expressions. */
  private static Set<String> used(String text, String context) {
    Set<String> names = new TreeSet<>();
    Matcher expression = EXPRESSION.matcher(text);
    while (expression.find()) {
      Matcher name =
          Pattern.compile("(?<![\\w.])" + context + "\\.([\\w-]+)").matcher(expression.group(1));
      while (name.find()) {
        names.add(name.group(1));
      }
    }
    return names;
  }

  @Test
  void everyActionIsPinnedToACommit() throws IOException {
    for (String file : List.of("github/deploy.yml")) {
      List<String> uses =
          text(file).lines().map(String::strip).filter(line -> line.contains("uses: ")).toList();
      assertThat(uses)
          .as(file)
          .isNotEmpty()
          .allSatisfy(
              line ->
                  assertThat(
                          line.endsWith("./.github/actions/deployctl")
                              || PINNED.matcher(line).find())
                      .as(line)
                      .isTrue());
    }
  }

  @Test
  void theActionIsComposedAsGitHubWantsIt() throws IOException {
    JsonNode action = yaml("github/action.yml");

    assertThat(keys(action))
        .containsExactlyInAnyOrder("name", "description", "inputs", "outputs", "runs");
    assertThat(action.at("/runs/using").asText()).isEqualTo("composite");
    assertThat(used(text("github/action.yml"), "inputs")).isEqualTo(keys(action.get("inputs")));
    Set<String> steps = new TreeSet<>();
    for (JsonNode step : action.at("/runs/steps")) {
      assertThat(step.has("run") ^ step.has("uses")).isTrue();
      assertThat(step.has("shell")).isEqualTo(step.has("run"));
      assertThat(step.path("run").asText()).as("no expression in a script").doesNotContain("${{");
      steps.add(step.path("id").asText());
    }
    for (JsonNode input : action.get("inputs")) {
      assertThat(input.path("description").asText()).isNotEmpty();
      assertThat(input.has("default") ^ input.path("required").asBoolean()).isTrue();
    }
    assertThat(steps).containsAll(used(text("github/action.yml"), "steps"));
  }

  @Test
  void theWorkflowIsComposedAsGitHubWantsIt() throws IOException {
    String text = text("github/deploy.yml");
    JsonNode workflow = yaml("github/deploy.yml");

    assertThat(keys(workflow))
        .containsExactlyInAnyOrder("name", "run-name", "on", "concurrency", "permissions", "jobs");
    assertThat(workflow.at("/permissions/id-token").asText()).isEqualTo("write");
    assertThat(workflow.at("/permissions/contents").asText()).isEqualTo("read");
    assertThat(workflow.at("/concurrency/cancel-in-progress").asBoolean(true)).isFalse();
    assertThat(keys(workflow.at("/on/workflow_dispatch/inputs"))).containsAll(used(text, "inputs"));
    JsonNode job = workflow.at("/jobs/deploy");
    assertThat(keys(job))
        .containsExactlyInAnyOrder("runs-on", "timeout-minutes", "environment", "steps");
    Set<String> ids = new TreeSet<>();
    JsonNode inputs = yaml("github/action.yml").get("inputs");
    boolean calls = false;
    for (JsonNode step : job.get("steps")) {
      ids.add(step.path("id").asText());
      if (step.path("uses").asText().startsWith("./")) {
        calls = true;
        assertThat(keys(inputs)).containsAll(keys(step.get("with")));
        inputs
            .properties()
            .forEach(
                input -> {
                  if (input.getValue().path("required").asBoolean()) {
                    assertThat(keys(step.get("with"))).contains(input.getKey());
                  }
                });
      }
    }
    assertThat(calls).isTrue();
    assertThat(ids).containsAll(used(text, "steps"));
    assertThat(used(text, "secrets")).containsExactly("DEPLOY_SSH_KEY");
    assertThat(yaml("github/action.yml").at("/outputs").has("report")).isTrue();
  }

  @Test
  void theGitLabFileIsComposedAsGitLabWantsIt() throws IOException {
    JsonNode file = yaml("gitlab/.gitlab-ci.yml");

    file.properties()
        .forEach(
            entry -> {
              if (entry.getKey().equals("stages")) {
                return;
              }
              JsonNode job = entry.getValue();
              assertThat(GITLAB_JOB).as(entry.getKey()).containsAll(keys(job));
              assertThat(file.has(job.path("extends").asText("stages"))).isTrue();
              job.path("needs").forEach(need -> assertThat(file.has(need.asText())).isTrue());
              assertThat(entry.getKey().startsWith(".") || job.has("script")).isTrue();
            });
    assertThat(file.at("/.deployctl/stage").asText()).isEqualTo(file.at("/stages/0").asText());
    assertThat(file.at("/.deployctl/id_tokens/AWS_TOKEN").has("aud")).isTrue();
    assertThat(file.at("/.deployctl/interruptible").asBoolean(true)).isFalse();
  }

  @Test
  void theJenkinsfileIsComposedAsJenkinsWantsIt() throws IOException {
    String text = text("jenkins/Jenkinsfile");
    String bare =
        text.replaceAll("(?s)'''.*?'''", "''")
            .replaceAll("'(\\\\.|[^'\\\\\n])*'", "''")
            .replaceAll("(?m)^\\s*//.*$", "");
    StringBuilder open = new StringBuilder();
    for (int i = 0; i < bare.length(); i++) {
      char c = bare.charAt(i);
      if ("{([".indexOf(c) >= 0) {
        open.append("})]".charAt("{([".indexOf(c)));
      } else if ("})]".indexOf(c) >= 0) {
        assertThat(open).as("an end without a beginning").isNotEmpty();
        assertThat(c).isEqualTo(open.charAt(open.length() - 1));
        open.setLength(open.length() - 1);
      }
    }
    assertThat(open).as("all that was opened is closed").isEmpty();
    assertThat(bare).as("no text that Groovy would fill in").doesNotContain("\"");
    Set<String> sections = new TreeSet<>();
    Matcher section = Pattern.compile("(?m)^ {4}(\\w+) \\{").matcher(bare);
    while (section.find()) {
      sections.add(section.group(1));
    }
    assertThat(sections)
        .containsExactly("agent", "environment", "options", "parameters", "post", "stages");
    assertThat(bare).contains("stage('')", "steps {");
  }

  private static List<String> scripts() throws IOException {
    List<String> scripts = new ArrayList<>(List.of(text("deploy")));
    for (JsonNode step : yaml("github/action.yml").at("/runs/steps")) {
      if (step.has("run")) {
        scripts.add(step.get("run").asText());
      }
    }
    for (JsonNode job : yaml("gitlab/.gitlab-ci.yml")) {
      for (String key : List.of("before_script", "script", "after_script")) {
        job.path(key).forEach(line -> scripts.add(line.asText()));
      }
    }
    scripts.add(jenkinsScript());
    return scripts;
  }

  private static String jenkinsScript() throws IOException {
    Matcher script = Pattern.compile("(?s)sh '''(.*?)'''").matcher(text("jenkins/Jenkinsfile"));
    assertThat(script.find()).isTrue();
    return script.group(1).replace("\\\\", "\\");
  }

  @Test
  void everyScriptIsSoundToShellcheck() throws IOException {
    Path shellcheck = Shell.required("shellcheck");
    assertThat(scripts())
        .hasSizeGreaterThanOrEqualTo(7)
        .allSatisfy(script -> assertThat(Shell.faults(shellcheck, script)).as(script).isEmpty());
  }

  /** Runs a script of an example; returns the arguments with which it calls {@code deploy}. */
  private CommandLine.ParseResult called(String script, Map<String, String> environment)
      throws IOException {
    Shell.required("bash");
    Path bin = Files.createDirectories(directory.resolve("ci"));
    Path words = directory.resolve("words");
    Shell.script(bin.resolve("deploy"), "#!/bin/bash\nprintf '%s\\0' \"$@\" >\"" + words + "\"\n");
    Map<String, String> all = new HashMap<>(environment);
    all.put("GITHUB_ACTION_PATH", bin.toString());
    all.put("GITHUB_OUTPUT", directory.resolve("output").toString());
    all.put("GITHUB_RUN_ATTEMPT", "1");
    all.put("RUNNER_TEMP", directory.toString());
    Shell.Ended ended =
        Shell.run(directory, all, "", List.of("bash", "-euo", "pipefail", "-c", script));
    assertThat(ended.exit()).as(ended.out()).isZero();
    List<String> call = List.of(Files.readString(words).split("\0", -1));
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    Terminal plain = Terminal.plain(true);
    Console console = new Console(nowhere, nowhere, plain, plain, Optional::empty, () -> null);
    return Deployctl.create(Wiring.services(Map.of(), console))
        .parseArgs(call.subList(0, call.size() - 1).toArray(String[]::new))
        .subcommand();
  }

  @ParameterizedTest
  @CsvSource({"rollout,v2", "rollback,''", "restart,''", "plan,v2", "status,''"})
  void theActionCallsCommandsThatThereAre(String command, String tag) throws IOException {
    String script = yaml("github/action.yml").at("/runs/steps/0/run").asText();
    String options = command.equals("rollout") ? "--canary 1 --max-failures 10%" : "";

    CommandLine.ParseResult call =
        called(
            script,
            Map.of(
                "COMMAND", command,
                "APP", "blog",
                "TAG", tag,
                "ENVIRONMENT", "production",
                "OPTIONS", options));

    assertThat(call.commandSpec().name()).isEqualTo(command);
    assertThat(call.hasMatchedOption("--tag")).isEqualTo(!tag.isEmpty());
    assertThat(call.hasMatchedOption("--canary")).isEqualTo(!options.isEmpty());
    assertThat(call.matchedPositionals()).hasSize(1);
  }

  @Test
  void gitLabsJobsCallCommandsThatThereAre() throws IOException {
    Map<String, String> environment =
        Map.of("APP", "blog", "TAG", "v2", "CI_ENVIRONMENT_NAME", "production");
    int jobs = 0;
    for (JsonNode job : yaml("gitlab/.gitlab-ci.yml")) {
      for (JsonNode line : job.path("script")) {
        assertThat(called(line.asText(), environment).hasMatchedOption("--environment")).isTrue();
        jobs++;
      }
    }
    assertThat(jobs).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"rollout", "rollback"})
  void jenkinssStagesCallCommandsThatThereAre(String command) throws IOException {
    CommandLine.ParseResult call =
        called(
            jenkinsScript(),
            Map.of("COMMAND", command, "APP", "blog", "TAG", "v2", "ENVIRONMENT", "staging"));

    assertThat(call.commandSpec().name()).isEqualTo(command);
    assertThat(call.hasMatchedOption("--report")).isTrue();
  }
}
