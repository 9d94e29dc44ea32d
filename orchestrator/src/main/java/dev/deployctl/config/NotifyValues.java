package dev.deployctl.config;

import dev.deployctl.yaml.Node;
import dev.deployctl.yaml.Paths;
import dev.deployctl.yaml.Problems;
import dev.deployctl.yaml.Values;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the services that are notified of a rollout, and checks that no secret is written in the
 * file.
 */
final class NotifyValues {
  static final String SLACK_URL = "https://slack.com/api";
  static final String GITHUB_URL = "https://api.github.com";

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{[A-Za-z_][A-Za-z0-9_]*\\}");

  private NotifyValues() {}

  static Notifications notifications(Values notify) {
    return new Notifications(
        notify.texts("webhook").stream().map(URI::create).toList(),
        slack(notify.section("slack")),
        github(notify.section("github")));
  }

  private static Notifications.@Nullable Slack slack(Values slack) {
    String token = slack.text("token");
    return token == null
        ? null
        : new Notifications.Slack(
            token.strip(),
            Objects.requireNonNull(slack.text("channel")),
            base(slack.get("url", url -> url, SLACK_URL)));
  }

  private static Notifications.@Nullable GitHub github(Values github) {
    String token = github.text("token");
    return token == null
        ? null
        : new Notifications.GitHub(
            token.strip(),
            Objects.requireNonNull(github.text("repository")),
            github.text("environment"),
            base(github.get("url", url -> url, GITHUB_URL)));
  }

  private static URI base(String url) {
    return URI.create(url.replaceFirst("/+$", ""));
  }

  /** Adds a mistake for each token that is no variable. */
  static void check(Node.Mapping root, Problems problems) {
    Node.Mapping notify = root.mapping("notify");
    for (String service : List.of("slack", "github")) {
      Node.Mapping section = notify == null ? null : notify.mapping(service);
      if (section != null
          && section.get("token") instanceof Node.Text token
          && !VARIABLE.matcher(token.written()).matches()) {
        // Not quoted: it may be the secret itself.
        problems.add(
            token.place(),
            Paths.key(Paths.key("notify", service), "token"),
            "must be an environment variable, written as ${NAME}: this file has no secrets");
      }
    }
  }
}
