package dev.deployctl.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Problem;
import dev.deployctl.model.ProblemsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The messages for mistakes in deployctl.yml. */
final class ConfigMistakesTest {
  private static final String FINE =
      "inventory: { file: h.yml }\napps: { a: { hosts: { A: a } } }\n";

  @TempDir private Path directory;

  @Test
  void fiveMistakesAreToldAtOnceWithTheirPlaces() {
    List<String> problems =
        problems(
            """
            inventory:
              ec2:
                regoins: [eu-west-1]
            rollout:
              batch-size: 0%
              on-failure: rolback
            apps:
              blog:
                hosts: { App: blog }
                rollout: { pause: 10 seconds }
              Admin:
                hosts: { App: admin }
            """);

    assertThat(problems)
        .containsExactly(
            "deployctl.yml:3:5: inventory.ec2.regoins: unknown key (did you mean regions?)",
            "deployctl.yml:5:15: rollout.batch-size: a batch of 0% hosts would never end",
            "deployctl.yml:6:15: rollout.on-failure: 'rolback' is not one of stop, rollback"
                + " (did you mean rollback?)",
            "deployctl.yml:10:23: apps.blog.rollout.pause: not a duration: '10 seconds': write it"
                + " as 500ms, 10s, 5m or 1h",
            "deployctl.yml:11:3: apps.Admin: not a valid app name (it matches"
                + " [a-z][a-z0-9-]{0,39})");
  }

  @Test
  void theMessageHoldsThemAllAndTheExceptionTheList() {
    ProblemsException e = failure("apps: 1\nhooks: 2\n", null);

    assertThat(e.kind()).isEqualTo(FailureKind.CONFIG);
    assertThat(e.problems()).hasSize(3).first().extracting(Problem::line).isEqualTo(1);
    assertThat(String.valueOf(e.getMessage()).replace(directory + "/", ""))
        .isEqualTo(
            """
            3 mistakes:
              deployctl.yml:1:1: inventory: is missing: where hosts come from: ec2 or file
              deployctl.yml:1:7: apps: is a single value, a mapping is expected
              deployctl.yml:2:8: hooks: is a single value, a mapping is expected\
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ssh: { port: 70000 }            | 3:14: ssh.port: '70000' is not a whole number from 1 to 65535
          ssh: { port: [1] }              | 3:14: ssh.port: is a list, a whole number from 1 to 65535 is expected
          ssh: { user: }                  | 3:13: ssh.user: is empty, text is expected
          ssh: { user: "" }               | 3:14: ssh.user: is empty
          rollout: { canary: 101% }       | 3:20: rollout.canary: not a number or percentage: '101%': write a number such as 2, or a share such as 25%
          rollout: { batch-size: [] }     | 3:24: rollout.batch-size: is an empty list
          rollout: { batch-size: [1, ] }  | -
          rollout: { batch-size: [~] }    | 3:25: rollout.batch-size[0]: is empty, a number or a percentage is expected
          rollout: { max_failures: 1 }    | 3:12: rollout.max_failures: unknown key (did you mean max-failures?)
          rollout: { zones: one by one }  | 3:19: rollout.zones: 'one by one' is not one of spread, one-by-one (did you mean one-by-one?)
          rollout: [a]                    | 3:10: rollout: is a list, a mapping is expected
          hooks: { before: [make] }       | 3:19: hooks.before[0]: is a single value, a list is expected
          notify: { webhook: "ftp://x" }  | 3:20: notify.webhook: is not a URL such as https://host/path
          "\\e[2J": 1                     | 3:1: '\\u001b[2J': unknown key
          apps: {}                        | 3:1: apps: the same key stands on line 2 already
          ssh: { user: a, user: b }       | 3:17: ssh.user: the same key stands on line 3 already
          ssh: { user: !!int 5 }          | 3:14: ssh.user: YAML tags are not supported: '!!int'
          ssh: { user: *x }               | 3:14: ssh.user: nothing complete is anchored as &x above
          rollout: { <<: { a: 1 } }       | 3:12: rollout.'<<': merge keys are not supported: name the keys, or use environments
          environments: { "a b": {} }     | 3:17: environments.'a b': not a valid environment name (it matches [A-Za-z0-9][A-Za-z0-9_.-]*)
          environments: { s: { sssh: 1 } } | 3:22: environments.s.sssh: unknown key (did you mean ssh?)
          environments: { s: { ssh: { port: x } } } | 3:35: environments.s.ssh.port: 'x' is not a whole number from 1 to 65535
          ssh: { user: $USER }            | 3:14: ssh.user: a lone $: write ${NAME} for a variable, $$ for a dollar sign
          ssh: { user: "${NOT_SET}" }     | 3:14: ssh.user: the environment variable NOT_SET is not set
          ssh: { user: ${USER} }          | 3:15: not valid YAML: expected ',' or '}', but got {: put a value that holds ${NAME} in quotes
          ssh: { port: "${USER}" }        | 3:14: ssh.port: 'alice' is not a whole number from 1 to 65535
          """)
  void eachMistakeHasItsSentence(String line, String expected) throws IOException {
    if (expected.equals("-")) {
      assertThat(load(FINE + line, null)).isNotNull();
    } else {
      assertThat(problems(FINE + line)).anyMatch(problem -> problem.endsWith(":" + expected));
    }
  }

  @Test
  void inventoryIsOneThing() {
    assertThat(problems("inventory: { file: h.yml, ec2: {} }\napps: {}\n"))
        .containsExactly("deployctl.yml:1:12: inventory: has both ec2 and file: choose one");
    assertThat(problems("inventory: {}\napps: {}\n"))
        .containsExactly(
            "deployctl.yml:1:12: inventory: is empty: say where hosts come from, ec2 or file");
    assertThat(problems("inventory:\napps: {}\n"))
        .containsExactly(
            "deployctl.yml:1:11: inventory: is empty: say where hosts come from, ec2 or file");
  }

  @Test
  void whatIsNoYamlIsToldWithItsLine() {
    assertThat(problems("apps:\n\tblog: 1\n"))
        .containsExactly(
            "deployctl.yml:2:1: not valid YAML: a tab where a line is indented: indent with"
                + " spaces");
    assertThat(problems("apps: { a: 1\n"))
        .singleElement()
        .asString()
        .startsWith("deployctl.yml:2:1: not valid YAML: ");
    assertThat(problems("apps: \"\u0001\"\n"))
        .singleElement()
        .asString()
        .startsWith("deployctl.yml:1:")
        .contains("not valid YAML: ");
    assertThat(problems(FINE + "---\na: 1\n"))
        .containsExactly(
            "deployctl.yml:4:1: a second document begins here (---): one file, one document");
  }

  @Test
  void anEmptyFileSaysWhatItLacks() {
    assertThat(problems(""))
        .containsExactly(
            "deployctl.yml:1:1: inventory: is missing: where hosts come from: ec2 or file",
            "deployctl.yml:1:1: apps: is missing: the applications, each with the tags of its"
                + " hosts");
  }

  @Test
  void aYamlBombEndsInASentence() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 12; i++) {
      bomb.append(
          "a%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n"
              .formatted(i, i, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1));
    }

    assertThat(problems(bomb.toString()))
        .containsExactly(
            "deployctl.yml:5:14: holds more than 20000 values, aliases followed: not read");
  }

  @Test
  void anAbyssEndsInASentence() {
    assertThat(problems("a: " + "[".repeat(5000)))
        .singleElement()
        .asString()
        .contains("not valid YAML: ")
        .contains("epth");
  }

  @Test
  void tenMegabytesAreNotRead() {
    assertThatThrownBy(() -> load("# " + "x".repeat(10 << 20), null))
        .isInstanceOf(DeployException.class)
        .hasMessageEndingWith("deployctl.yml is larger than 1024 KiB: not read");
  }

  @Test
  void aFileThatCannotBeReadIsNamed() throws IOException {
    ConfigLoader loader = new ConfigLoader(Map.of(), () -> Path.of("/home/alice"));
    Path file = directory.resolve("deployctl.yml");

    assertThatThrownBy(() -> loader.load(file, null)).hasMessage("there is no file " + file);
    assertThatThrownBy(() -> loader.load(directory, null))
        .hasMessage("cannot read " + directory + ": it is a directory");
    Files.write(file, "a: 1\nb: \u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> loader.load(file, null)).hasMessage(file + ":2: is not UTF-8 text");
  }

  @Test
  void aThousandMistakesAreCounted() {
    StringBuilder yaml = new StringBuilder(FINE);
    for (int i = 0; i < 1000; i++) {
      yaml.append("k").append(i).append(": 1\n");
    }

    ProblemsException e = failure(yaml.toString(), null);
    assertThat(e.problems()).hasSize(1000);
    assertThat(String.valueOf(e.getMessage()).lines())
        .hasSize(32)
        .last()
        .asString()
        .contains("and 970 more");
  }

  private List<String> problems(String yaml) {
    return failure(yaml, null).problems().stream()
        .map(problem -> problem.toString().replace(directory + "/", ""))
        .toList();
  }

  private ProblemsException failure(String yaml, @Nullable String environment) {
    ProblemsException e =
        catchThrowableOfType(ProblemsException.class, () -> load(yaml, environment));
    assertThat(e).as("no problem was found").isNotNull();
    return e;
  }

  private DeployConfig load(String yaml, @Nullable String environment) throws IOException {
    Path file = Files.writeString(directory.resolve("deployctl.yml"), yaml);
    return new ConfigLoader(Map.of("USER", "alice"), () -> Path.of("/home/alice"))
        .load(file, environment);
  }
}
