package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.cli.ports.Workstation;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code env} as it is typed: list, set and unset, on hosts with files of their own or etcd. */
final class EnvCliTest {
  private static final String CANARY = "canary-5f2c9e";

  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;
  private final Map<String, FakeEnv> envs = new HashMap<>();

  @BeforeEach
  void twoHostsWithFiles() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2");
    for (FakeHost host : fixture.hosts()) {
      has(host.name, FakeEnv.file(Map.of("DATABASE_URL", CANARY, "LANG", "C")));
    }
    input(CANARY + "2\n");
  }

  private void has(String host, FakeEnv env) {
    fixture.host(host).env = env;
    envs.put(host, env);
  }

  private FakeEnv env(String host) {
    return Objects.requireNonNull(envs.get(host));
  }

  /** Has standard input, and a person's answer to the question for a value. */
  private void input(String text) {
    fixture.workstation =
        services -> {
          Workstation real = services.workstation();
          Object with =
              Proxy.newProxyInstance(
                  getClass().getClassLoader(),
                  new Class<?>[] {Workstation.class},
                  (_, method, arguments) ->
                      switch (method.getName()) {
                        case "input" -> text.getBytes(StandardCharsets.UTF_8);
                        case "secret" -> text.strip();
                        default -> method.invoke(real, arguments);
                      });
          return new Services(
              services.console(),
              services.config(),
              (Workstation) with,
              services.prompts(),
              services.fleets(),
              services.ssh());
        };
  }

  private CliFixture.Finished run(int exit, String... words) {
    List<String> all = new java.util.ArrayList<>(List.of(words));
    all.addFirst("env");
    CliFixture.Finished finished = fixture.run(all.toArray(String[]::new));
    assertThat(finished.exit()).as(finished.out() + finished.err()).isEqualTo(exit);
    assertThat(finished.out() + finished.err()).doesNotContain(CANARY);
    envs.values().forEach(env -> assertThat(env.asked.toString()).doesNotContain(CANARY));
    return finished;
  }

  private static String flat(String text) {
    return text.replaceAll("\\s+", " ");
  }

  @Test
  void listShowsNamesOnceAndWhatIsNotLiveYet() {
    env("web-2").live.put("LANG", "differs");

    CliFixture.Finished finished = run(0, "list", "blog");

    assertThat(flat(finished.out()))
        .contains(
            "DATABASE_URL /etc/deployctl/env/blog.env 2026-11-30 10:00:00 bob yes all",
            "bob yes web-1",
            "bob another value web-2",
            "1 name differs from the live release until: deployctl restart blog");
    assertThat(finished.out().lines().filter(line -> line.contains("DATABASE_URL"))).hasSize(1);
  }

  @Test
  void listAsJsonHasOneObjectForEachHost() {
    List<JsonNode> lines = run(0, "list", "blog", "--json").json();

    assertThat(lines).extracting(line -> line.path("type").asText()).containsOnly("host.env");
    assertThat(lines.getFirst().at("/names/0/name").asText()).isEqualTo("DATABASE_URL");
    assertThat(lines.getFirst().at("/env/source").asText()).isEqualTo("file");
    assertThat(lines.getFirst().path("problem").isNull()).isTrue();
  }

  @Test
  void setAsksEveryHostFirstAndThenWritesEveryFile() {
    CliFixture.Finished finished = run(0, "set", "blog", "DATABASE_URL");

    for (FakeHost host : fixture.hosts()) {
      FakeEnv env = env(host.name);
      assertThat(env.values).containsEntry("DATABASE_URL", CANARY + "2");
      String token = " --expect=t" + Integer.toHexString(CANARY.hashCode()) + " --until-nul";
      assertThat(env.asked)
          .containsExactly(
              "env-list blog",
              "env-set blog --name=DATABASE_URL" + token + " --check",
              "env-set blog --name=DATABASE_URL" + token);
    }
    assertThat(flat(finished.out()))
        .contains(
            "DATABASE_URL was set in /etc/deployctl/env/blog.env by web-1, web-2",
            "The live release keeps its environment until: deployctl restart blog");
    assertThat(fixture.host("web-1").verbs()).isEmpty();
  }

  @Test
  void hostThatWouldRefuseKeepsAllFromBeingChanged() {
    env("web-2").refusals.put("check", 77);

    CliFixture.Finished finished = run(1, "set", "blog", "DATABASE_URL");

    assertThat(finished.out())
        .contains("✗ web-2  refused for the test", "DATABASE_URL was not changed on any host.");
    assertThat(env("web-1").values).containsEntry("DATABASE_URL", CANARY);
  }

  @Test
  void hostThatFailsHalfWayIsNamedAndTheSameCommandCompletesIt() {
    env("web-2").refusals.put("write", 69);

    CliFixture.Finished finished = run(1, "unset", "blog", "LANG");

    assertThat(flat(finished.out()))
        .contains(
            "LANG was removed from /etc/deployctl/env/blog.env by web-1",
            "✗ web-2 refused for the test",
            "LANG was not changed on 1 host of 2. The same command again completes it.");
    env("web-2").refusals.clear();
    assertThat(flat(run(0, "unset", "blog", "LANG").out()))
        .contains("LANG is not set in /etc/deployctl/env/blog.env by web-1")
        .contains("LANG was removed from /etc/deployctl/env/blog.env by web-2");
  }

  @Test
  void changeBySomebodyElseIsNotOverwritten() {
    env("web-1").beforeChange = () -> env("web-1").values.put("LANG", "fr");

    CliFixture.Finished finished = run(1, "unset", "blog", "LANG");

    assertThat(finished.out()).contains("LANG was changed by bob");
    assertThat(env("web-1").values).containsEntry("LANG", "fr");
  }

  @Test
  void unreachableHostWithAFileKeepsAllFromBeingChanged() throws Exception {
    fixture.server("web-2").close();

    CliFixture.Finished finished = run(5, "set", "blog", "LANG");

    assertThat(flat(finished.out()))
        .contains(
            "✗ web-2", "LANG was not changed on any host.", "1 host is unreachable; without it:");
    assertThat(env("web-1").values).containsEntry("LANG", "C");
    run(0, "set", "blog", "LANG", "--hosts", "web-1");
  }

  @Test
  void ofHostsThatShareASourceTheFirstReachableOneWrites() throws Exception {
    Map<String, String> values = new TreeMap<>(Map.of("LANG", "C"));
    has("web-1", FakeEnv.shared("etcd:1f:/deploy/apps/blog/env/", values));
    has("web-2", FakeEnv.shared("etcd:1f:/deploy/apps/blog/env/", values));
    assertThat(run(0, "set", "blog", "LANG").out())
        .contains("LANG was set in /deploy/apps/blog/env/ by web-1");
    assertThat(env("web-2").asked).containsExactly("env-list blog");

    fixture.server("web-1").close();
    CliFixture.Finished finished = run(0, "unset", "blog", "LANG");

    assertThat(flat(finished.out()))
        .contains(
            "LANG was removed from /deploy/apps/blog/env/ by web-2",
            "1 host did not answer, and will read the change with the next deploy or restart.");
    assertThat(values).isEmpty();
  }

  @Test
  void hostsOfTwoStoresEachHaveAWriter() {
    has("web-1", FakeEnv.shared("etcd:1f:/a/", new TreeMap<>(Map.of("LANG", "C"))));
    has("web-2", FakeEnv.shared("etcd:2f:/a/", new TreeMap<>(Map.of("LANG", "C"))));

    run(0, "unset", "blog", "LANG");

    assertThat(env("web-1").values).isEmpty();
    assertThat(env("web-2").values).isEmpty();
  }

  @Test
  void personIsAskedForTheValueAndForTheRestart() {
    fixture.personAnswers("y");

    CliFixture.Finished finished = run(0, "set", "blog", "LANG", "--hosts", "web-1");

    assertThat(env("web-1").values).containsEntry("LANG", CANARY + "2");
    assertThat(flat(finished.out())).contains("Restart blog now? [y/N]");
    assertThat(fixture.questions()).isEqualTo(1);
    assertThat(fixture.host("web-1").verbs()).contains("restart");
    assertThat(fixture.host("web-2").verbs()).isEmpty();
  }

  @Test
  void personWhoDeclinesIsToldHowToRestartLater() {
    fixture.personAnswers("n");

    CliFixture.Finished finished = run(0, "unset", "blog", "LANG", "--hosts", "web-1");

    assertThat(flat(finished.out())).contains("deployctl restart blog");
    assertThat(finished.out()).contains("--hosts=web-1");
    assertThat(fixture.host("web-1").verbs()).isEmpty();
  }

  @Test
  void restartIsMadeWithoutAQuestionWhereItIsAskedFor() {
    run(0, "set", "blog", "LANG", "--restart");

    assertThat(fixture.host("web-2").verbs()).contains("restart");
  }

  @Test
  void textOfSeveralLinesArrivesAsItIsAndOneLineWithoutItsEnd() {
    for (Map.Entry<String, String> each :
        Map.of("a\n", "a", "a\r\n", "a", "a\nb\n", "a\nb\n", "a", "a", "", "").entrySet()) {
      input(each.getKey());
      run(0, "set", "blog", "LANG");
      assertThat(env("web-1").values).containsEntry("LANG", each.getValue());
    }
  }

  @Test
  void wrongCommandLinesAreRefusedBeforeAnyHostIsAsked() {
    assertThat(run(2, "set", "blog", "LANG=" + "x").err()).contains("a value is never an argument");
    assertThat(run(2, "set", "blog").err()).contains("needs the name of a variable");
    assertThat(run(2, "unset", "blog").err()).contains("needs the name of a variable");
    assertThat(run(2, "list", "blog", "LANG").err()).contains("takes neither NAME nor --restart");
    assertThat(run(2, "set", "blog", "A-B").err()).contains("not a valid name of a variable");
    assertThat(run(2, "show", "blog").err()).contains("not one of list, set, unset");
    envs.values().forEach(env -> assertThat(env.asked).isEmpty());
  }

  @Test
  void valueThatIsTooLongIsRefused() {
    input("x".repeat(40_000));

    assertThat(run(2, "set", "blog", "LANG").err()).contains("longer than 32 KiB");
    assertThat(env("web-1").values).containsEntry("LANG", "C");
  }

  @Test
  void withoutQuestionsATerminalIsNoValue() {
    fixture.personAnswers("y");

    assertThat(run(2, "set", "blog", "LANG", "--no-input").err())
        .contains("standard input is a terminal");
  }

  @Test
  void answersAsJson() {
    List<JsonNode> lines = run(0, "set", "blog", "LANG", "--json").json();

    assertThat(lines).hasSize(2).allMatch(line -> line.path("ok").asBoolean());
  }
}
