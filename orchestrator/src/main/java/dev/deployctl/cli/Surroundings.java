package dev.deployctl.cli;

import dev.deployctl.config.Hooks;
import dev.deployctl.config.Notifications;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.output.JsonReport;
import dev.deployctl.output.Printable;
import dev.deployctl.rollout.RollbackPlan;
import dev.deployctl.rollout.RolloutOutcome;
import dev.deployctl.rollout.RolloutPlan;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What else a rollout sets in motion: the user's own commands on the workstation, and messages to
 * webhooks. A command that is to run before may stop the rollout; whatever fails afterwards is told
 * and changes nothing, for the hosts are as they are.
 */
final class Surroundings {
  private static final Duration LONGEST_HOOK = Duration.ofMinutes(10);
  private static final Duration LONGEST_MESSAGE = Duration.ofSeconds(5);

  private final String command;
  private final Hooks hooks;
  private final Notifications notifications;
  private final PrintWriter err;

  /**
   * @param command what is done: {@code rollout}, {@code restart} or {@code rollback}
   * @param err where commands' output and our warnings go; standard output stays ours
   */
  Surroundings(String command, Hooks hooks, Notifications notifications, PrintWriter err) {
    this.command = command;
    this.hooks = hooks;
    this.notifications = notifications;
    this.err = err;
  }

  /** Runs what is to run before, with the plan as JSON on its standard input. */
  void before(RolloutPlan plan) throws InterruptedException {
    before(JsonReport.text(command, plan));
  }

  /** The same, before a rollout is taken back. */
  void before(RollbackPlan plan) throws InterruptedException {
    before(JsonReport.text(command, plan));
  }

  private void before(String json) throws InterruptedException {
    for (List<String> hook : hooks.before()) {
      String failure = run(hook, json);
      if (failure != null) {
        throw new DeployException(
            FailureKind.PREFLIGHT_REFUSED,
            "the hook before the " + command + " failed: " + failure + "; nothing was touched",
            "mend the command under hooks: before in deployctl.yml, or take it out");
      }
    }
  }

  /** Runs what is to run at the end, and tells the webhooks; with the outcome as JSON. */
  void after(RolloutOutcome outcome) throws InterruptedException {
    String json = JsonReport.text(command, outcome);
    for (List<String> hook : outcome.exitCode() == 0 ? hooks.after() : hooks.failed()) {
      String failure = run(hook, json);
      if (failure != null) {
        warn("a hook failed: " + failure);
      }
    }
    for (URI webhook : notifications.webhook()) {
      notify(webhook, json);
    }
  }

  private void warn(String message) {
    err.println("deployctl: warning: " + Printable.text(message));
    err.flush();
  }

  private void copy(InputStream output) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        err.println(line);
      }
      err.flush();
    } catch (IOException ended) {
      // The command is gone, and its output with it.
    }
  }

  /** Runs one command; what went wrong, or null. */
  private @Nullable String run(List<String> words, String json) throws InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(words).redirectErrorStream(true).start();
    } catch (IOException notStarted) {
      return words.getFirst() + " cannot be started (" + notStarted.getMessage() + ")";
    }
    Thread copier = Thread.ofVirtual().start(() -> copy(process.getInputStream()));
    try (OutputStream in = process.getOutputStream()) {
      in.write(json.getBytes(StandardCharsets.UTF_8));
    } catch (IOException notRead) {
      // A command need not read what it is given.
    }
    try {
      if (!process.waitFor(LONGEST_HOOK.toSeconds(), TimeUnit.SECONDS)) {
        return words.getFirst() + " did not end in " + LONGEST_HOOK.toMinutes() + " minutes";
      }
      copier.join(Duration.ofSeconds(1));
    } finally {
      process.destroyForcibly();
    }
    int exit = process.exitValue();
    return exit == 0 ? null : words.getFirst() + " ended with exit code " + exit;
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
