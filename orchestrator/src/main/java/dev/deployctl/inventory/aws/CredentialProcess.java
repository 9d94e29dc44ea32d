package dev.deployctl.inventory.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs a program that prints credentials: credential_process of a profile. Its standard error is
 * shown when it fails. Its standard output never is, because it has the secrets.
 */
final class CredentialProcess {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int LARGEST = 64 * 1024;

  /** A program that ended without credentials. */
  static final class Failed extends Exception {
    private final String said;

    Failed(String message, String said) {
      super(message);
      this.said = said;
    }

    /** Returns the last line of its standard error. */
    String said() {
      return said;
    }
  }

  private final AwsEnvironment environment;

  CredentialProcess(AwsEnvironment environment) {
    this.environment = environment;
  }

  /** Runs the command of a profile. */
  Credentials run(String command, String profile) {
    String source = "the credential_process of the AWS profile " + profile;
    try {
      List<String> words =
          ShellWords.split(command)
              .filter(some -> !some.isEmpty())
              .orElseThrow(() -> new Failed("its command line has a quote that never closes", ""));
      return run(words, source);
    } catch (Failed e) {
      throw new DeployException(
          FailureKind.INVENTORY,
          source + " gave no credentials: " + e.getMessage() + tail(e),
          "run it by hand: " + AwsMessages.line(command),
          e);
    }
  }

  private static String tail(Failed e) {
    return e.said().isEmpty() ? "" : ": " + e.said();
  }

  Credentials run(List<String> words, String source) throws Failed {
    Process process = start(words);
    var out = drain(process.getInputStream());
    var err = drain(process.getErrorStream());
    try {
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new Failed("it did not end in " + LIMIT.toSeconds() + " s", "");
      }
      String said = lastLine(err.get(5, TimeUnit.SECONDS));
      if (process.exitValue() != 0) {
        throw new Failed("it ended with " + process.exitValue(), said);
      }
      return parse(out.get(5, TimeUnit.SECONDS), source, said);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DeployException(FailureKind.INTERRUPTED, "interrupted", null, e);
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new Failed("its output could not be read", "");
    } finally {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
    }
  }

  private Process start(List<String> words) throws Failed {
    try {
      ProcessBuilder builder = new ProcessBuilder(words);
      builder.environment().clear();
      builder.environment().putAll(environment.variables());
      // It may use the terminal, as with the AWS CLI.
      builder.redirectInput(ProcessBuilder.Redirect.INHERIT);
      return builder.start();
    } catch (IOException e) {
      throw new Failed("it cannot be started", AwsMessages.line(e.getMessage()));
    }
  }

  private static CompletableFuture<String> drain(InputStream in) {
    CompletableFuture<String> text = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try (in) {
                byte[] bytes = in.readNBytes(LARGEST);
                in.transferTo(java.io.OutputStream.nullOutputStream());
                text.complete(new String(bytes, StandardCharsets.UTF_8));
              } catch (IOException e) {
                text.completeExceptionally(e);
              }
            });
    return text;
  }

  private static Credentials parse(String json, String source, String said) throws Failed {
    JsonNode node;
    try {
      node = new ObjectMapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new Failed("it wrote no JSON", said);
    }
    String key = text(node, "AccessKeyId");
    String secret = text(node, "SecretAccessKey");
    if (node.path("Version").asInt() != 1 || key == null || secret == null) {
      throw new Failed("its JSON lacks Version 1, AccessKeyId or SecretAccessKey", said);
    }
    return Credentials.of(key, secret, text(node, "SessionToken"), source, expires(node));
  }

  private static @Nullable Instant expires(JsonNode node) throws Failed {
    String text = text(node, "Expiration");
    if (text == null) {
      return null;
    }
    return AwsTime.parse(text)
        .orElseThrow(() -> new Failed("its Expiration is no time of ISO 8601 with an offset", ""));
  }

  private static @Nullable String text(JsonNode node, String key) {
    String text = node.path(key).asText("");
    return text.isEmpty() ? null : text;
  }

  private static String lastLine(String text) {
    return AwsMessages.line(text.strip().lines().reduce("", (before, line) -> line));
  }
}
