package dev.deployctl.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deployctl.config.Notifications;
import dev.deployctl.model.Host;
import dev.deployctl.output.Fixtures;
import dev.deployctl.rollout.outcome.GateResult;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import dev.deployctl.rollout.outcome.RolloutPlan;
import dev.deployctl.rollout.outcome.SourceChange;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What Slack and GitHub are told of a rollout, and what comes of services that fail. */
@Timeout(120)
final class NotifierTest {
  private static final SourceChange SOURCE =
      new SourceChange("https://github.com/acme/blog", "1f0c9d2", "a3b4c5d", null, null);

  private final RolloutPlan plan = Fixtures.plan(3);
  private SlackStandIn slack;
  private GitHubStandIn github;

  @BeforeEach
  void start() throws IOException {
    slack = new SlackStandIn();
    github = new GitHubStandIn();
  }

  @AfterEach
  void stop() {
    slack.close();
    github.close();
  }

  private Notifier notifier(String token, @Nullable String environment) {
    return new Notifier(
        List.of(
            new SlackChannel(new Notifications.Slack(token, "#deploys", URI.create(slack.url()))),
            new GitHubDeployments(
                new Notifications.GitHub(token, "acme/blog", null, URI.create(github.url())))),
        Duration.ofMillis(20),
        new NotificationState.About("rollout", Fixtures.BLOG, environment, "alice@laptop"));
  }

  // NullAway does not find the annotation of a nested type in a class file.
  @SuppressWarnings("NullAway")
  private static RolloutOutcome outcome(RolloutPlan plan, Ending ending, GateResult... gates) {
    List<HostOutcome> hosts = new ArrayList<>();
    for (Host host : plan.hosts()) {
      hosts.add(Fixtures.updated(host));
    }
    RolloutOutcome some = Fixtures.outcome(ending, Fixtures.V2, hosts);
    return new RolloutOutcome(
        some.id(),
        some.app(),
        ending,
        some.wanted(),
        hosts,
        some.maxFailures(),
        some.took(),
        List.of(),
        null,
        null,
        null,
        List.of(gates),
        SOURCE);
  }

  private void begun(Notifier notifier) {
    notifier.begin();
    notifier.tell(new RolloutEvent.Planned(plan));
    notifier.tell(new RolloutEvent.SourceKnown(SOURCE));
    notifier.tell(new RolloutEvent.BatchStarted(1, 3, plan.hosts().subList(0, 1), true));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(5);
    }
  }

  private static List<String> texts(StandIn service, String field) {
    return service.accepted().stream().map(call -> call.body().path(field).asText()).toList();
  }

  private List<String> deploymentStates() {
    return texts(github, "state").stream().filter(state -> !state.isEmpty()).toList();
  }

  @Test
  void slackHasOneMessageThatIsUpdatedToTheEnd() throws Exception {
    Notifier notifier = notifier("s3cret-token", "staging");
    begun(notifier);
    await(() -> !slack.accepted().isEmpty());
    notifier.tell(new RolloutEvent.BatchStarted(2, 3, plan.hosts().subList(1, 2), false));
    await(() -> texts(slack, "text").getLast().contains("batch 2 of 3"));
    List<String> warnings = notifier.end(outcome(plan, Ending.DONE));

    assertThat(warnings).isEmpty();
    assertThat(slack.refused()).isEmpty();
    assertThat(slack.accepted().stream().map(StandIn.Call::path).filter(p -> p.contains("post")))
        .hasSize(1);
    assertThat(slack.accepted().getLast().path()).isEqualTo("/chat.update");
    assertThat(texts(slack, "text").getLast())
        .startsWith(":white_check_mark: *rollout of blog v2")
        .contains("(staging) by alice@laptop")
        .contains("3 updated")
        .contains(
            "commits 1f0c9d2..a3b4c5d https://github.com/acme/blog/compare/1f0c9d2...a3b4c5d");
  }

  @Test
  void gitHubHasADeploymentOfTheCommitAndItsStatus() throws Exception {
    Notifier notifier = notifier("s3cret-token", "staging");
    begun(notifier);
    await(() -> deploymentStates().contains("in_progress"));
    assertThat(notifier.end(outcome(plan, Ending.DONE))).isEmpty();

    assertThat(github.refused()).isEmpty();
    JsonNode created = github.accepted().getFirst().body();
    assertThat(created.path("ref").asText()).isEqualTo("a3b4c5d");
    assertThat(created.path("environment").asText()).isEqualTo("staging");
    assertThat(created.path("auto_merge").asBoolean(true)).isFalse();
    assertThat(deploymentStates()).containsExactly("in_progress", "success");
  }

  @Test
  void rolloutThatFailedIsToldWithTheGateThatDidNotPass() throws Exception {
    Notifier notifier = notifier("s3cret-token", null);
    begun(notifier);
    GateResult gate =
        new GateResult("smoke <test>", "url", "canary", false, "HTTP 500 & more", Duration.ZERO);
    notifier.end(outcome(plan, Ending.GATE_FAILED, gate));

    assertThat(texts(slack, "text").getLast())
        .startsWith(":x: ")
        .contains("gate smoke &lt;test&gt;: HTTP 500 &amp; more");
    assertThat(deploymentStates()).last().isEqualTo("failure");
    assertThat(github.accepted().getFirst().body().path("environment").asText())
        .isEqualTo("production");
  }

  @Test
  void interruptedRolloutIsAnErrorOnGitHub() throws Exception {
    Notifier notifier = notifier("s3cret-token", null);
    begun(notifier);
    notifier.end(outcome(plan, Ending.INTERRUPTED));
    assertThat(deploymentStates()).last().isEqualTo("error");
  }

  @Test
  void rolloutThatNeverBeganABatchIsNoDeployment() throws Exception {
    Notifier notifier = notifier("s3cret-token", null);
    notifier.begin();
    notifier.tell(new RolloutEvent.Planned(plan));
    assertThat(notifier.end(outcome(plan, Ending.LOCKED))).isEmpty();

    assertThat(github.accepted()).isEmpty();
    assertThat(texts(slack, "text").getLast()).startsWith(":x: ");
  }

  @Test
  void rateLimitIsWaitedForAsTheServiceAsks() throws Exception {
    slack.then(StandIn.limited(1));
    github.then(StandIn.limited(1));
    Notifier notifier = notifier("s3cret-token", null);
    begun(notifier);
    assertThat(notifier.end(outcome(plan, Ending.DONE))).isEmpty();
    assertThat(texts(slack, "text").getLast()).startsWith(":white_check_mark:");
    assertThat(deploymentStates()).last().isEqualTo("success");
  }

  @Test
  void longRateLimitIsAWarningAndTheNextMessageIsTriedAgain() throws Exception {
    slack.then(StandIn.limited(3600));
    Notifier notifier = notifier("s3cret-token", null);
    begun(notifier);
    await(() -> !github.accepted().isEmpty());
    assertThat(notifier.end(outcome(plan, Ending.DONE)))
        .containsExactly("Slack limits the rate of messages (Retry-After: 3600 s)");
    assertThat(texts(slack, "text").getLast()).startsWith(":white_check_mark:");
  }

  @Test
  void wrongTokensAreWarningsWithoutTheToken() throws Exception {
    Notifier notifier = notifier("hunter2", null);
    begun(notifier);
    assertThat(notifier.end(outcome(plan, Ending.DONE)))
        .contains(
            "Slack refused chat.postMessage: invalid_auth", "GitHub answered 401: Bad credentials")
        .noneMatch(warning -> warning.contains("hunter2"));
  }

  @Test
  void tokenThatNoHeaderCanCarryIsAWarningWithoutTheToken() throws Exception {
    Notifier notifier = notifier("hunter2\r\nHost: evil", null);
    begun(notifier);
    assertThat(notifier.end(outcome(plan, Ending.DONE)))
        .contains("Slack cannot be called: the token has characters that no token has")
        .noneMatch(warning -> warning.contains("hunter2"));
  }

  @Test
  void serviceThatIsDownIsAWarning() throws Exception {
    slack.close();
    github.then(StandIn.status(502), StandIn.status(502), StandIn.status(502));
    Notifier notifier = notifier("s3cret-token", null);
    begun(notifier);
    List<String> warnings = notifier.end(outcome(plan, Ending.DONE));
    assertThat(warnings)
        .anyMatch(warning -> warning.startsWith("Slack was not reached"))
        .anyMatch(warning -> warning.startsWith("GitHub answered 502"));
  }

  @Test
  void imageWithoutACommitIsDeployedByItsTag() throws Exception {
    Notifier notifier = notifier("s3cret-token", null);
    notifier.begin();
    notifier.tell(new RolloutEvent.Planned(plan));
    notifier.tell(new RolloutEvent.BatchStarted(1, 3, plan.hosts().subList(0, 1), true));
    await(() -> !deploymentStates().isEmpty());
    notifier.end(outcome(plan, Ending.DONE));
    assertThat(github.accepted().getFirst().body().path("ref").asText()).isEqualTo("v2");
  }

  @Test
  void settingsDoNotShowTheirToken() {
    assertThat(new Notifications.Slack("hunter2", "#deploys", URI.create(slack.url())).toString())
        .doesNotContain("hunter2");
    assertThat(
            new Notifications.GitHub("hunter2", "acme/blog", null, URI.create(github.url()))
                .toString())
        .doesNotContain("hunter2");
  }
}
