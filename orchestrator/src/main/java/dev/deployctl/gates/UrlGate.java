package dev.deployctl.gates;

import dev.deployctl.model.Durations;
import dev.deployctl.rollout.gate.GateKeeper.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import javax.net.ssl.SSLException;

/** Asks an HTTP address again and again until it answers with 2xx, or the time is over. */
final class UrlGate {
  private static final String NO_ANSWER = "did not answer";

  private final Duration between;

  /**
   * @param between the time between two attempts
   */
  UrlGate(Duration between) {
    this.between = between;
  }

  Answer ask(URI address, Duration limit) throws InterruptedException {
    Deadline deadline = Deadline.in(limit);
    // The path may be a secret: messages name only the host.
    String where = String.valueOf(address.getHost());
    HttpClient client = HttpClient.newBuilder().connectTimeout(limit).build();
    String said = NO_ANSWER;
    try {
      for (int attempts = 1; ; attempts++) {
        String now = attempt(client, address, deadline.left());
        if (now.startsWith("answered 2")) {
          return new Answer(true, where + " " + now);
        }
        // The last attempt often has too little time left to say more than the ones before.
        said = now.equals(NO_ANSWER) ? said : now;
        if (!deadline.waits(between)) {
          String times = attempts == 1 ? "" : ", in " + attempts + " attempts";
          return new Answer(
              false, where + " " + said + times + ", within " + Durations.text(limit));
        }
      }
    } finally {
      client.shutdownNow();
    }
  }

  private static String attempt(HttpClient client, URI address, Duration left)
      throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(left.isPositive() ? left : Duration.ofMillis(1))
            .header("User-Agent", "deployctl")
            .build();
    try {
      HttpResponse<InputStream> answer =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      answer.body().close();
      return "answered " + answer.statusCode();
    } catch (HttpTimeoutException late) {
      return NO_ANSWER;
    } catch (SSLException untrusted) {
      return "has no trusted TLS connection";
    } catch (ConnectException refused) {
      return "cannot be connected to";
    } catch (IOException broken) {
      return "broke the connection (" + broken.getClass().getSimpleName() + ")";
    }
  }
}
