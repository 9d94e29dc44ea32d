package dev.deployctl.hooks;

import dev.deployctl.config.Hooks;
import dev.deployctl.config.Notifications;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.output.json.JsonReport;
import dev.deployctl.output.terminal.Printable;
import dev.deployctl.rollout.outcome.RollbackPlan;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutPlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/**
 * Runs the user's own commands on the workstation around a rollout, and posts to webhooks. A
 * command that runs before may stop the rollout. A failure afterwards is a warning: the hosts are
 * changed already.
 */
public final class RolloutHooks {
  private static final Duration LONGEST_MESSAGE = Duration.ofSeconds(5);

  private final String command;
  private final Hooks hooks;
  private final Notifications notifications;
  private final PrintWriter err;

  /**
   * @param command the command that runs: {@code rollout}, {@code restart} or {@code rollback}
   * @param err where the output of hooks and warnings go; standard output is the command's own
   */
  public RolloutHooks(String command, Hooks hooks, Notifications notifications, PrintWriter err) {
    this.command = command;
    this.hooks = hooks;
    this.notifications = notifications;
    this.err = err;
  }

  /** Runs the hooks before a rollout, with the plan as JSON on their standard input. */
  public void before(RolloutPlan plan) throws InterruptedException {
    before(JsonReport.text(command, plan));
  }

  /** Runs the hooks before a rollback. */
  public void before(RollbackPlan plan) throws InterruptedException {
    before(JsonReport.text(command, plan));
  }

  private void before(String json) throws InterruptedException {
    for (List<String> hook : hooks.before()) {
      String failure = new HookCommand(hook, err).run(json);
      if (failure != null) {
        throw new DeployException(
            FailureKind.PREFLIGHT_REFUSED,
            "the hook before the " + command + " failed: " + failure + "; nothing was touched",
            "fix the command under hooks: before in deployctl.yml, or remove it");
      }
    }
  }

  /** Runs the hooks at the end and posts to the webhooks, with the outcome as JSON. */
  public void after(RolloutOutcome outcome) throws InterruptedException {
    String json = JsonReport.text(command, outcome);
    for (List<String> hook : outcome.exitCode() == 0 ? hooks.after() : hooks.failed()) {
      String failure = new HookCommand(hook, err).run(json);
      if (failure != null) {
        warn("a hook failed: " + failure);
      }
    }
    for (URI webhook : notifications.webhook()) {
      notify(webhook, json);
    }
  }

  /** Prints a warning. */
  public void warn(String message) {
    err.println("deployctl: warning: " + Printable.text(message));
    err.flush();
  }

  private void notify(URI webhook, String json) throws InterruptedException {
    // A webhook's path is often its secret: messages name only its host.
    String where = String.valueOf(webhook.getHost());
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(LONGEST_MESSAGE).build()) {
      HttpResponse<Void> answer =
          client.send(
              HttpRequest.newBuilder(webhook)
                  .timeout(LONGEST_MESSAGE)
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(json))
                  .build(),
              HttpResponse.BodyHandlers.discarding());
      if (answer.statusCode() >= 300) {
        warn("webhook at " + where + " answered " + answer.statusCode());
      }
    } catch (IOException | IllegalArgumentException unheard) {
      warn("webhook at " + where + " was not reached: " + unheard.getClass().getSimpleName());
    }
  }
}
