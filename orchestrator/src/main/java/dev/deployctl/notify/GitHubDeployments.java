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
  public void tell(Story story) throws NotTold, InterruptedException {
    RolloutPlan plan = story.plan();
    if (plan == null || plan.restart() || !story.begun() || ended) {
      return;
    }
    RolloutOutcome outcome = story.outcome();
    Long created = deployment;
    if (created == null) {
      created = create(story, plan);
      deployment = created;
      if (outcome == null) {
        status(created, "in_progress", story.about().command() + " by " + story.about().by());
      }
    }
    if (outcome != null) {
      ended = true;
      status(created, state(outcome), SlackText.sentence(outcome));
    }
  }

  private long create(Story story, RolloutPlan plan) throws NotTold, InterruptedException {
    ObjectNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("ref", ref(story.source(), plan))
            .put("task", "deploy")
            // The commit is built and its image rolled out already: nothing is merged or required.
            .put("auto_merge", false)
            .put("environment", environment(story))
            .put("description", cut(story.about().app() + " by " + story.about().by()));
    body.putArray("required_contexts");
    JsonCalls.Answer answer = post("", body);
    if (!answer.body().path("id").canConvertToLong()) {
      throw new NotTold("created no deployment");
    }
    return answer.body().path("id").asLong();
  }

  private String environment(Story story) {
    String configured = settings.environment();
    String chosen = story.about().environment();
    return configured != null ? configured : chosen == null ? "production" : chosen;
  }

  private static String ref(@Nullable SourceChange source, RolloutPlan plan) throws NotTold {
    String commit = source == null ? null : source.to();
    ImageRef.Tag tag = plan.wanted().tag();
    if (commit == null && tag == null) {
      throw new NotTold(
          "was not told: the image names no commit (label org.opencontainers.image.revision)");
    }
    return commit == null ? String.valueOf(tag) : commit;
  }

  private void status(long id, String state, String description)
      throws NotTold, InterruptedException {
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

  private JsonCalls.Answer post(String path, ObjectNode body) throws NotTold, InterruptedException {
    JsonCalls.Answer answer =
        calls.post(
            URI.create(settings.url() + "/repos/" + settings.repository() + "/deployments" + path),
            body);
    if (answer.status() != 201) {
      String message = answer.body().path("message").asText("");
      throw new NotTold(
          "answered " + answer.status() + (message.isEmpty() ? "" : ": " + cut(message)));
    }
    return answer;
  }

  private static String cut(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
  }
}
