package dev.deployctl.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Posts JSON to a service, and waits where the service asks for it. */
final class JsonCalls {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LONGEST = Duration.ofSeconds(5);
  private static final int MOST_BYTES = 1 << 18;

  /** A service that wants a longer pause is not waited for. */
  private static final long LONGEST_PAUSE = 10;

  private static final int ATTEMPTS = 2;

  private final String token;
  private final Map<String, String> headers;

  /**
   * @param token the secret that authorizes the calls
   * @param headers sent with each call
   */
  JsonCalls(String token, Map<String, String> headers) {
    this.token = token;
    this.headers = headers;
  }

  /** The answer of a service. */
  record Answer(int status, JsonNode body) {}

  /**
   * An answer with what the service asks for before the next attempt.
   *
   * @param pause seconds to wait before the next attempt, as the service asks for; 0 for none
   */
  private record Received(int status, long pause, JsonNode body) {}

  Answer post(URI address, ObjectNode body) throws NotificationException, InterruptedException {
    HttpRequest request = request(address, body);
    HttpClient client = HttpClient.newBuilder().connectTimeout(LONGEST).build();
    try {
      for (int attempt = 1; ; attempt++) {
        Received answer = send(client, request);
        long pause = answer.pause();
        boolean limited = answer.status() == 429 || (answer.status() == 403 && pause > 0);
        if (!limited) {
          return new Answer(answer.status(), answer.body());
        }
        if (attempt == ATTEMPTS || pause > LONGEST_PAUSE) {
          throw new NotificationException(
              "limits the rate of messages (Retry-After: " + pause + " s)");
        }
        Thread.sleep(Duration.ofSeconds(Math.max(1, pause)));
      }
    } finally {
      client.shutdownNow();
    }
  }

  private HttpRequest request(URI address, ObjectNode body) throws NotificationException {
    try {
      HttpRequest.Builder builder =
          HttpRequest.newBuilder(address)
              .timeout(LONGEST)
              .header("Authorization", "Bearer " + token)
              .header("Content-Type", "application/json; charset=utf-8")
              .header("User-Agent", "deployctl")
              .POST(HttpRequest.BodyPublishers.ofString(body.toString(), StandardCharsets.UTF_8));
      headers.forEach(builder::header);
      return builder.build();
    } catch (IllegalArgumentException malformed) {
      // Its message quotes the header, and the token with it.
      throw new NotificationException(
          "cannot be called: the token has characters that no token has");
    }
  }

  private static Received send(HttpClient client, HttpRequest request)
      throws NotificationException, InterruptedException {
    CompletableFuture<Received> answer =
        client
            .sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
            .thenApplyAsync(JsonCalls::read);
    try {
      return answer.get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new NotificationException("did not answer within " + LONGEST.toSeconds() + " s");
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause() == null ? failed : failed.getCause();
      throw new NotificationException("was not reached (" + cause.getClass().getSimpleName() + ")");
    } finally {
      answer.cancel(true);
    }
  }

  private static Received read(HttpResponse<InputStream> answer) {
    try (InputStream body = answer.body()) {
      return new Received(
          answer.statusCode(), retryAfter(answer), tree(body.readNBytes(MOST_BYTES)));
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private static long retryAfter(HttpResponse<?> answer) {
    String text = answer.headers().firstValue("Retry-After").orElse("0");
    // A date instead of seconds asks for a pause that is not waited for.
    return text.matches("[0-9]{1,6}") ? Long.parseLong(text) : Long.MAX_VALUE;
  }

  private static JsonNode tree(byte[] body) {
    try {
      JsonNode tree = JSON.readTree(body);
      return tree == null ? JSON.createObjectNode() : tree;
    } catch (JsonProcessingException notJson) {
      return JSON.createObjectNode();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
