package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.notify.GitHubStandIn;
import dev.deployctl.notify.SlackStandIn;
import dev.deployctl.notify.StandIn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Notifications of a rollout, from deployctl.yml to the services. */
final class NotifyCliTest {
  private static final String SECRET = "s3cret-token";

  @TempDir private Path directory;
  private CliFixture fixture;
  private SlackStandIn slack;
  private GitHubStandIn github;

  @BeforeEach
  void begin() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2");
    slack = new SlackStandIn();
    github = new GitHubStandIn();
    fixture.environment.put("CHAT_TOKEN", SECRET);
    notify("'${CHAT_TOKEN}'");
  }

  @AfterEach
  void end() throws Exception {
    slack.close();
    github.close();
    fixture.close();
  }

  private void notify(String token) throws Exception {
    Path file = directory.resolve("deployctl.yml");
    fixture.write(
        "deployctl.yml",
        Files.readString(file).replaceAll("(?s)\nnotify:.*", "\n")
            + """
            notify:
              slack: { token: %1$s, channel: '#deploys', url: '%2$s/' }
              github: { token: %1$s, repository: acme/blog, url: '%3$s' }
            """
                .formatted(token, slack.url(), github.url()));
  }

  private static List<String> texts(StandIn service, String field) {
    return service.accepted().stream().map(call -> call.body().path(field).asText()).toList();
  }

  @Test
  void rolloutIsToldToTheEndAndNoSecretIsPrinted() {
    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v2", "--yes");

    assertThat(finished.exit()).as(finished.out() + finished.err()).isZero();
    assertThat(finished.err()).doesNotContain("warning");
    assertThat(texts(slack, "text").getLast())
        .startsWith(":white_check_mark: *rollout of blog v2 (")
        .contains("by alice@");
    assertThat(texts(github, "state")).last().isEqualTo("success");
    assertThat(slack.refused()).isEmpty();
    assertThat(github.refused()).isEmpty();
    assertThat(finished.out() + finished.err()).doesNotContain(SECRET);
  }

  @Test
  void rollbackIsToldToSlackAndIsNoDeployment() {
    fixture.run("rollout", "blog", "--tag", "v2", "--yes");
    int before = github.accepted().size();
    CliFixture.Finished back = fixture.run("rollback", "blog", "--yes");

    assertThat(back.exit()).as(back.out() + back.err()).isZero();
    assertThat(texts(slack, "text").getLast()).startsWith(":white_check_mark: *rollback of blog*");
    assertThat(github.accepted()).hasSize(before);
  }

  @Test
  void servicesThatFailAreWarningsAndTheRolloutIsGood() {
    fixture.environment.put("CHAT_TOKEN", "hunter2");
    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v2", "--json");

    assertThat(finished.exit()).as(finished.out() + finished.err()).isZero();
    assertThat(finished.err())
        .contains("deployctl: warning: Slack refused chat.postMessage: invalid_auth")
        .contains("deployctl: warning: GitHub answered 401: Bad credentials");
    assertThat(finished.out() + finished.err()).doesNotContain("hunter2");
  }

  @Test
  void dryRunAndRefusedPreflightTellNobody() {
    fixture.run("rollout", "blog", "--tag", "v2", "--dry-run");
    fixture.run("rollout", "blog", "--tag", "missing", "--yes");
    assertThat(slack.accepted()).isEmpty();
    assertThat(slack.refused()).isEmpty();
  }

  @Test
  void tokenInTheFileIsRefusedAndNotQuoted() throws Exception {
    notify("hunter2");
    CliFixture.Finished finished = fixture.run("plan", "blog", "--tag", "v2");

    assertThat(finished.exit()).isEqualTo(2);
    assertThat(finished.err())
        .contains("notify.slack.token: must be an environment variable")
        .contains("notify.github.token: must be an environment variable")
        .doesNotContain("hunter2");
  }

  @Test
  void configShowsTheVariableAndNotItsValue() {
    CliFixture.Finished finished = fixture.run("config");
    assertThat(finished.out()).containsPattern("notify\\.slack\\.token +\\$\\{CHAT_TOKEN\\}");
    assertThat(finished.out() + finished.err()).doesNotContain(SECRET);
  }
}
