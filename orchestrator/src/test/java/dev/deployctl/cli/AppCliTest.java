package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Definitions that `app new` writes, as the host's own reader reads them. */
final class AppCliTest {
  private static final Path HOST_SCRIPT = Path.of("../host-script").toAbsolutePath().normalize();

  /** Reads the definition of an app; prints what it says of the web part. */
  private static final String READER =
      """
      import os, sys
      from deployctl_host import paths, trust
      from deployctl_host.config import definition
      paths.ETC = trust.TOP = sys.argv[1]
      trust.OWNER = os.geteuid()
      read = definition.load_app('blog')
      print(read.repository, ','.join(read.deployers), ','.join(read.vhost.server_name), read.connect.mode,
            read.connect.container_port, read.health.path, 'release' if read.release else 'no-release')
      """;

  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;

  @BeforeEach
  void begin() throws Exception {
    fixture = new CliFixture(directory);
  }

  private CliFixture.Finished create(String... more) {
    List<String> words = new ArrayList<>(List.of("app", "new", "blog", "--directory=" + directory));
    words.addAll(List.of(more));
    return fixture.runBare(words.toArray(String[]::new));
  }

  private CliFixture.Finished create(String preset, List<String> more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "--preset=" + preset,
                "--repository=registry.example.com:5000/team/blog",
                "--deployers=%web, alice",
                "--server-name=blog.example.com *.blog.example.com"));
    words.addAll(more);
    return create(words.toArray(String[]::new));
  }

  private Path file() {
    return directory.resolve("apps/blog.conf");
  }

  /** Returns what the host's reader says of the definition, or its complaint. */
  private String read() {
    Shell.required("python3");
    return Shell.run(
            directory,
            Map.of("PYTHONPATH", HOST_SCRIPT.toString(), "PYTHONDONTWRITEBYTECODE", "1"),
            "/usr/bin/python3",
            "-c",
            READER,
            directory.toString())
        .out();
  }

  @ParameterizedTest
  @CsvSource({
    "rails, socket 8080 /up release, port 4000 /up release",
    "django, socket 8080 /healthz release, port 4000 /healthz release",
    "node, socket 8080 /healthz no-release, port 4000 /healthz no-release",
    "laravel, port 8080 /up release, port 4000 /up release",
    "spring, port 8080 /actuator/health no-release, port 4000 /actuator/health no-release",
    "go, socket 8080 /healthz no-release, port 4000 /healthz no-release"
  })
  void everyPresetMakesADefinitionThatHostsAccept(String preset, String usual, String onAPort)
      throws Exception {
    String app =
        "registry.example.com:5000/team/blog %web,alice blog.example.com,*.blog.example.com ";

    CliFixture.Finished finished = create(preset, List.of());

    assertThat(finished.exit()).as(finished.err()).isZero();
    assertThat(read()).isEqualTo(app + usual + "\n");
    Files.delete(file());
    assertThat(create(preset, List.of("--listen=4000")).exit()).isZero();
    assertThat(read()).isEqualTo(app + onAPort + "\n");
    assertThat(Files.readString(file())).doesNotContain("@", "socket|", "port|");
    if (preset.equals("laravel")) {
      Files.delete(file());
      assertThat(create(preset, List.of("--listen=socket")).exit()).isZero();
      assertThat(read()).isEqualTo(app + "socket 8080 /up release\n");
    }
  }

  @ParameterizedTest
  @CsvSource({"rails", "django", "node", "laravel", "spring", "go"})
  void whatIsCommentedOutIsAcceptedAsWell(String preset) throws Exception {
    assertThat(create(preset, List.of()).exit()).isZero();
    String text = Files.readString(file());

    Files.writeString(
        file(),
        text.replaceAll("(?m)^;(?=\\[|[a-z-]+ = )", "")
            .replaceAll("(?m)^listen = .*", "listen = 80")
            .replaceAll("(?m)^;(?=    [a-z])", "")
            .replaceAll("(?m)^on = one.*", "on = each"));

    assertThat(read()).startsWith("registry.example.com:5000/team/blog");
  }

  @Test
  void anExistingDefinitionIsReplacedOnlyWhereAPersonAgrees() throws Exception {
    Files.createDirectories(directory.resolve("apps"));
    Files.writeString(file(), "mine\n");

    CliFixture.Finished refused = create("go", List.of("--yes"));

    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.err()).contains("exists already; nothing was written");
    fixture.personAnswers("n");
    assertThat(create("go", List.of()).exit()).isEqualTo(2);
    assertThat(Files.readString(file())).isEqualTo("mine\n");
    fixture.personAnswers("y");
    assertThat(create("go", List.of("--listen=socket")).exit()).isZero();
    assertThat(Files.readString(file())).contains("[connect]");
  }

  @Test
  void saysWhatToDoNext() {
    assertThat(create("rails", List.of()).out())
        .contains("wrote ", "apps/blog.conf", "deployctl apply --check", "rollout blog --tag TAG");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--preset=rials | there is no preset 'rials' | did you mean rails?",
        "--repository=blog | not a repository with its registry | registry.example.com/blog",
        "--repository=registry.example.com/blog:v1 | not a repository | without a tag",
        "--deployers=a;b | not users and groups | %group",
        "--server-name=~^blog | not a host name | blog.example.com",
        "--listen=70000 | cannot listen on '70000' | from 1 to 65535"
      })
  void mistakesAreNamedAndNothingIsWritten(String option, String message, String hint) {
    String name = option.substring(0, option.indexOf('='));
    List<String> words =
        new ArrayList<>(
            List.of(
                "--preset=go",
                "--repository=registry.example.com/blog",
                "--server-name=blog.example.com"));
    words.removeIf(word -> word.startsWith(name));
    words.add(option);

    CliFixture.Finished refused = create(words.toArray(String[]::new));

    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.err()).contains(message, hint);
    assertThat(file()).doesNotExist();
  }

  @Test
  void springCannotListenOnASocket() {
    assertThat(create("spring", List.of("--listen=socket")).err()).contains("needs a port");
  }

  @Test
  void withoutATerminalWhatIsMissingIsNamed() {
    CliFixture.Finished refused = create("--preset=go");

    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.err()).contains("--repository is missing; nothing was written");
  }
}
