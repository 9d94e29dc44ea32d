package dev.deployctl.notify;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deployctl.config.Notifications;
import dev.deployctl.model.ImageRef;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutPlan;
import dev.deployctl.rollout.outcome.SourceChange;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A deployment of GitHub for each rollout, created with its first batch, and its status. A rollback
 * is no deployment there: nobody knows the commit that it returns to.
 */
final class GitHubDeployments implements Channel {
  /** GitHub refuses longer descriptions. */
  private static final int LONGEST = 140;

  private final Notifications.GitHub settings;
  private final JsonCalls calls;
  private @Nullable Long deployment;
  private boolean ended;

  GitHubDeployments(Notifications.GitHub settings) {
    this.settings = settings;
    this.calls =
        new JsonCalls(
            settings.token(),
            Map.of("Accept", "application/vnd.github+json", "X-GitHub-Api-Version", "2022-11-28"));
  }

  @Override
  public String name() {
    return "GitHub";
  }

  @Override
  public void send(NotificationState state) throws NotificationException, InterruptedException {
    RolloutPlan plan = state.plan();
    if (plan == null || plan.restart() || !state.begun() || ended) {
      return;
    }
    RolloutOutcome outcome = state.outcome();
    Long created = deployment;
    if (created == null) {
      created = create(state, plan);
      deployment = created;
      if (outcome == null) {
        status(created, "in_progress", state.about().command() + " by " + state.about().by());
      }
    }
    if (outcome != null) {
      ended = true;
      status(created, state(outcome), SlackText.sentence(outcome));
    }
  }

  private long create(NotificationState state, RolloutPlan plan)
      throws NotificationException, InterruptedException {
    ObjectNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("ref", ref(state.source(), plan))
            .put("task", "deploy")
            // The commit is built and its image rolled out already: nothing is merged or required.
            .put("auto_merge", false)
            .put("environment", environment(state))
            .put("description", cut(state.about().app() + " by " + state.about().by()));
    body.putArray("required_contexts");
    JsonCalls.Answer answer = post("", body);
    if (!answer.body().path("id").canConvertToLong()) {
      throw new NotificationException("created no deployment");
    }
    return answer.body().path("id").asLong();
  }

  private String environment(NotificationState state) {
    String configured = settings.environment();
    String chosen = state.about().environment();
    return configured != null ? configured : chosen == null ? "production" : chosen;
  }

  private static String ref(@Nullable SourceChange source, RolloutPlan plan)
      throws NotificationException {
    String commit = source == null ? null : source.to();
    ImageRef.Tag tag = plan.wanted().tag();
    if (commit == null && tag == null) {
      throw new NotificationException(
          "was not notified: the image names no commit (label org.opencontainers.image.revision)");
    }
    return commit == null ? String.valueOf(tag) : commit;
  }

  private void status(long id, String state, String description)
      throws NotificationException, InterruptedException {
    ObjectNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("state", state)
            .put("description", cut(description));
    JsonCalls.Answer _ = post("/" + id + "/statuses", body);
  }

  private static String state(RolloutOutcome outcome) {
    return switch (outcome.ending()) {
      case INTERRUPTED, LOCK_LOST -> "error";
      case HELD -> "pending";
      default -> outcome.exitCode() == 0 ? "success" : "failure";
    };
  }

  private JsonCalls.Answer post(String path, ObjectNode body)
      throws NotificationException, InterruptedException {
    JsonCalls.Answer answer =
        calls.post(
            URI.create(settings.url() + "/repos/" + settings.repository() + "/deployments" + path),
            body);
    if (answer.status() != 201) {
      String message = answer.body().path("message").asText("");
      throw new NotificationException(
          "answered " + answer.status() + (message.isEmpty() ? "" : ": " + cut(message)));
    }
    return answer;
  }

  private static String cut(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
  }
}
