package dev.deployctl.config;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The services that are notified of a rollout.
 *
 * @param webhook recipients of the outcome
 * @param slack the channel that has one message for each rollout, or null
 * @param github the repository that has a deployment for each rollout, or null
 */
public record Notifications(List<URI> webhook, @Nullable Slack slack, @Nullable GitHub github) {
  public Notifications {
    webhook = List.copyOf(webhook);
  }

  /**
   * A channel of Slack.
   *
   * @param token the token of a bot; in no text
   * @param url where the Web API is
   */
  public record Slack(String token, String channel, URI url) {
    @Override
    public String toString() {
      return "Slack " + channel;
    }
  }

  /**
   * A repository of GitHub.
   *
   * @param token a token with the right to write deployments; in no text
   * @param repository owner and name
   * @param environment the name of the environment; null for that of the command line
   * @param url where the REST API is
   */
  public record GitHub(String token, String repository, @Nullable String environment, URI url) {
    @Override
    public String toString() {
      return "GitHub " + repository;
    }
  }
}
