package dev.deployctl.gates;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.deployctl.rollout.gate.GateKeeper.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An address as a gate, asked over HTTP. */
@Timeout(60)
final class UrlGateTest {
  private static final Duration LONG = Duration.ofSeconds(40);
  private static final Duration SHORT = Duration.ofMillis(600);

  private final UrlGate gate = new UrlGate(Duration.ofMillis(20));
  private final Queue<Integer> answers = new ConcurrentLinkedQueue<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final CountDownLatch end = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    end.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    switch (exchange.getRequestURI().getPath()) {
      case "/silent" -> waitForEnd();
      case "/endless" -> {
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write(new byte[10]);
        exchange.getResponseBody().flush();
        waitForEnd();
      }
      case "/elsewhere" -> {
        exchange.getResponseHeaders().add("Location", "/");
        exchange.sendResponseHeaders(302, -1);
      }
      default -> {
        Integer status = answers.size() > 1 ? answers.poll() : answers.peek();
        exchange.sendResponseHeaders(status == null ? 204 : status, -1);
      }
    }
    exchange.close();
  }

  private void waitForEnd() {
    try {
      end.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private Answer ask(String path, Duration limit) throws InterruptedException {
    return gate.ask(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path), limit);
  }

  @Test
  void answerWith2xxPassesAtOnce() throws Exception {
    assertThat(ask("/", LONG)).isEqualTo(new Answer(true, "127.0.0.1 answered 204"));
    assertThat(requests).hasValue(1);
  }

  @Test
  void otherAnswersAreAskedAgainUntilOneIsGood() throws Exception {
    answers.addAll(java.util.List.of(502, 503, 200));
    assertThat(ask("/", LONG).passed()).isTrue();
    assertThat(requests).hasValue(3);
  }

  @Test
  void badAnswersUntilTheTimeIsOverDoNotPassAndOnlyTheHostIsNamed() throws Exception {
    answers.add(500);
    Answer answer = ask("/health?token=hunter2", SHORT);

    assertThat(answer.passed()).isFalse();
    assertThat(answer.message())
        .matches("127\\.0\\.0\\.1 answered 500, in \\d+ attempts, within 0\\.6 s");
  }

  @Test
  void redirectIsNotFollowed() throws Exception {
    assertThat(ask("/elsewhere", SHORT).message()).contains("answered 302");
  }

  @Test
  void serverThatDoesNotAnswerDoesNotPass() throws Exception {
    assertThat(ask("/silent", SHORT))
        .isEqualTo(new Answer(false, "127.0.0.1 did not answer, within 0.6 s"));
  }

  @Test
  void bodyThatNeverEndsIsNotWaitedFor() throws Exception {
    assertThat(ask("/endless", LONG).passed()).isTrue();
  }

  @Test
  void portThatIsClosedDoesNotPass() throws Exception {
    URI closed = URI.create("http://127.0.0.1:9/");
    assertThat(gate.ask(closed, SHORT).message()).startsWith("127.0.0.1 cannot be connected to");
  }
}
