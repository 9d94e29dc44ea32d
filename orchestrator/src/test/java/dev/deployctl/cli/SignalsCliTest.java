package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signals and lost output, with the program in its own process. */
@Timeout(value = 180, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SignalsCliTest {
  // A background job and nohup ignore signals, and their children would, too.
  private static final List<String> DEFAULT_SIGNALS =
      List.of("env", "--default-signal=INT,HUP,TERM");

  @TempDir private Path directory;
  private CliFixture fixture;
  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void begin() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2");
  }

  @AfterEach
  void end() throws IOException {
    started.forEach(SignalsCliTest::kill);
    fixture.close();
  }

  /** Kills a program that a failed test left, which would run on without the test. */
  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private Process start(ProcessBuilder builder) throws IOException {
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private void hooks(String when, String script) throws IOException {
    String config = Files.readString(directory.resolve("deployctl.yml"));
    fixture.write(
        "deployctl.yml", config + "hooks: { %s: [[sh, -c, '%s']] }\n".formatted(when, script));
  }

  private List<String> program(String... arguments) {
    List<String> all = new ArrayList<>(DEFAULT_SIGNALS);
    all.addAll(
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.deployctl.Main"));
    all.addAll(List.of(arguments));
    // Not last: what follows "--" are the arguments of a command.
    all.add(all.size() - arguments.length + 1, "--config=" + directory.resolve("deployctl.yml"));
    return all;
  }

  private ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("CI");
    builder.redirectOutput(directory.resolve("out").toFile());
    builder.redirectError(directory.resolve("err").toFile());
    return builder;
  }

  private String read(String name) {
    try {
      Path file = directory.resolve(name);
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }

  private void await(Process process, BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      assertThat(process.isAlive()).as(read("out") + read("err")).isTrue();
      Thread.sleep(20);
    }
  }

  private static void signal(ProcessHandle process, String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
  }

  private void assertNothingTouched() {
    for (FakeHost host : fixture.hosts()) {
      assertThat(host.verbs()).isSubsetOf("preflight", "status");
    }
  }

  @ParameterizedTest
  @CsvSource({"rollout,INT", "rollout,TERM", "rollout,HUP", "restart,INT"})
  void oneSignalEndsAHookBeforeAtOnce(String command, String signal) throws Exception {
    hooks("before", "echo hook runs; exec sleep 600");
    List<String> arguments = new ArrayList<>(List.of(command, "blog", "--yes"));
    if (command.equals("rollout")) {
      arguments.addAll(List.of("--tag", "v2"));
    }
    Process process = start(builder(program(arguments.toArray(String[]::new))));
    await(process, () -> read("err").contains("hook runs"));
    List<ProcessHandle> children = process.children().toList();
    signal(process.toHandle(), signal);

    assertThat(process.waitFor()).as(read("out") + read("err")).isEqualTo(130);
    assertThat(read("err")).contains("interrupted; nothing was touched");
    assertThat(children).isNotEmpty().noneMatch(ProcessHandle::isAlive);
    assertNothingTouched();
  }

  @Test
  void interruptedHookIsAnErrorInJson() throws Exception {
    hooks("before", "echo hook runs; exec sleep 600");
    Process process = start(builder(program("rollout", "blog", "--tag", "v2", "--json")));
    await(process, () -> read("err").contains("hook runs"));
    signal(process.toHandle(), "TERM");

    assertThat(process.waitFor()).isEqualTo(130);
    assertThat(read("out").lines().toList().getLast())
        .contains("\"type\":\"error\"", "\"kind\":\"interrupted\"", "nothing was touched");
  }

  @Test
  void oneSignalEndsAHookAfterwards() throws Exception {
    hooks("after", "echo hook runs; exec sleep 600");
    Process process = start(builder(program("rollout", "blog", "--tag", "v2", "--json")));
    await(process, () -> read("err").contains("hook runs"));
    signal(process.toHandle(), "INT");

    assertThat(process.waitFor()).as(read("err")).isEqualTo(130);
    assertThat(read("err")).contains("interrupted in the hooks after the rollout", "exit code 0");
    assertThat(read("out").lines().toList().getLast())
        .contains("\"type\":\"rollout.finished\"", "\"ending\":\"done\"");
  }

  @Test
  void thePageIsShownUntilOneSignalEndsIt() throws Exception {
    Process process = start(builder(program("ui")));
    await(process, () -> read("out").contains("Ctrl-C ends it."));
    URI address = URI.create(read("out").replaceFirst("(?s).*Open (\\S+).*", "$1"));
    try (HttpClient browser =
        HttpClient.newBuilder()
            .cookieHandler(new CookieManager())
            .followRedirects(HttpClient.Redirect.ALWAYS)
            .build()) {
      var page = browser.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
      URI app = address.resolve("/apps/blog");
      var hosts = browser.send(HttpRequest.newBuilder(app).build(), BodyHandlers.ofString());
      assertThat(page.body()).contains("deployctl");
      assertThat(hosts.statusCode()).isEqualTo(200);
    }
    signal(process.toHandle(), "INT");

    assertThat(process.waitFor()).as(read("err")).isZero();
    assertThat(read("err")).isEmpty();
    for (FakeHost host : fixture.hosts()) {
      assertThat(host.verbs()).isSubsetOf("status", "history", "schedules", "traffic");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM", "HUP"})
  void oneSignalLeavesACommandAloneAndSaysWhereItGoesOn(String signal) throws Exception {
    FakeHost host = fixture.host("web-1");
    host.answers("run", 0, Transcripts.of("run"));
    host.hangs = true;
    Process process = start(builder(program("run", "blog", "--each", "--", "migrate", "0.5")));
    await(process, () -> read("out").contains("migrated"));
    signal(process.toHandle(), signal);

    assertThat(process.waitFor()).as(read("out") + read("err")).isEqualTo(130);
    assertThat(read("err").replaceAll("\\s+", " "))
        .contains(
            "interrupted; the command continues in container "
                + Transcripts.of("run").getFirst().path("container").asText()
                + " on the host",
            "deployctl attach blog --hosts web-1 --run "
                + Transcripts.of("run").getFirst().path("run").asText()
                + " follows it",
            "deployctl history blog --hosts web-1 tells its exit code and last lines");
    assertThat(fixture.host("web-2").asked()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM"})
  void oneSignalAtTheQuestionEndsTheProgram(String signal) throws Exception {
    // Its own terminal, with an input that stays open and empty.
    String line =
        String.join(
            " ",
            program("rollout", "blog", "--tag", "v2").stream()
                .map(argument -> "'" + argument + "'")
                .toList());
    Process terminal =
        start(
            builder(List.of("script", "-q", "-e", "-c", "exec " + line, "/dev/null"))
                .redirectInput(ProcessBuilder.Redirect.PIPE));
    await(terminal, () -> read("out").contains("Continue?"));
    ProcessHandle program =
        terminal
            .descendants()
            .filter(child -> child.info().command().orElse("").endsWith("java"))
            .findFirst()
            .orElseThrow();
    signal(program, signal);

    assertThat(terminal.waitFor()).as(read("out")).isEqualTo(130);
    assertThat(read("out")).contains("interrupted; nothing was touched");
    assertNothingTouched();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rollout blog --tag v2 --yes",
        "rollout blog --tag v2 --json",
        "status blog",
        "status blog --json",
        "history blog",
        "hosts blog",
        "config",
        "plan blog --tag v2"
      })
  void fullDiskUnderTheOutputIsAnErrorAndAFailure(String command) throws Exception {
    Process process =
        start(builder(program(command.split(" "))).redirectOutput(Path.of("/dev/full").toFile()));

    assertThat(process.waitFor()).as(read("err")).isEqualTo(1);
    assertThat(read("err"))
        .contains("standard output could not be written", "No space left", "ended with exit code");
  }

  @Test
  void readerThatWentAwayIsAnErrorAndAFailure() throws Exception {
    Process process =
        start(
            builder(program("rollout", "blog", "--tag", "v2", "--json"))
                .redirectOutput(ProcessBuilder.Redirect.PIPE));
    process.getInputStream().close();

    assertThat(process.waitFor()).as(read("err")).isEqualTo(1);
    assertThat(read("err")).contains("standard output could not be written", "exit code 0");
    for (FakeHost host : fixture.hosts()) {
      assertThat(host.verbs()).contains("deploy", "unlock");
    }
  }
}
