package dev.deployctl.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Chromium without a window, driven through its DevTools protocol. One is started for a test class;
 * each test has a {@link Tab} of its own.
 */
public final class Browser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PATIENCE_S = 30;

  private final Process process;
  private final Path profile;
  private final HttpClient client;
  private final WebSocket socket;
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
  private final Map<String, Consumer<JsonNode>> listeners = new ConcurrentHashMap<>();

  private Browser(Process process, Path profile, URI endpoint) {
    this.process = process;
    this.profile = profile;
    this.client = HttpClient.newHttpClient();
    this.socket = client.newWebSocketBuilder().buildAsync(endpoint, new Messages()).join();
  }

  /** Starts Chromium; without it the test is skipped, or fails where it is required. */
  public static Browser start() {
    Path program = required();
    try {
      Path profile = Files.createTempDirectory("deployctl-chromium");
      Process process =
          new ProcessBuilder(
                  program.toString(),
                  "--headless=new",
                  "--no-sandbox",
                  "--disable-gpu",
                  "--disable-dev-shm-usage",
                  "--disable-background-networking",
                  "--disable-component-update",
                  "--disable-extensions",
                  "--no-first-run",
                  "--hide-scrollbars",
                  "--remote-debugging-port=0",
                  "--user-data-dir=" + profile,
                  "about:blank")
              .redirectErrorStream(true)
              .redirectOutput(profile.resolve("output").toFile())
              .start();
      return new Browser(process, profile, endpoint(process, profile));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static Path required() {
    for (String directory : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      Path file = Path.of(directory.isEmpty() ? "." : directory, "chromium");
      if (Files.isExecutable(file)) {
        return file;
      }
    }
    String missing = "SKIPPED: chromium is not installed (examples/setup installs it)";
    if (Boolean.getBoolean("deployctl.require.real")) {
      return Assertions.fail(missing);
    }
    System.err.println("=== " + missing + " ===");
    return Assumptions.abort(missing);
  }

  /** Waits for the file in which Chromium names the address that it listens on. */
  private static URI endpoint(Process process, Path profile) throws IOException {
    Path file = profile.resolve("DevToolsActivePort");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
    while (System.nanoTime() < end && process.isAlive()) {
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      if (lines.size() == 2) {
        return URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1));
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    process.destroyForcibly();
    throw new IOException("chromium did not start: " + Files.readString(profile.resolve("output")));
  }

  /** Opens a page. */
  public Tab open(String address) {
    return Tab.open(this, address);
  }

  /** Sends a command and waits for its result. */
  JsonNode send(@Nullable String session, String method, Map<String, Object> parameters) {
    int id = ids.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.put(id, answer);
    ObjectNode message = JSON.createObjectNode();
    message.put("id", id).put("method", method);
    message.set("params", JSON.valueToTree(parameters));
    if (session != null) {
      message.put("sessionId", session);
    }
    synchronized (socket) {
      socket.sendText(message.toString(), true).join();
    }
    JsonNode result = answer.orTimeout(PATIENCE_S, TimeUnit.SECONDS).join();
    if (result.has("error")) {
      throw new IllegalStateException(method + ": " + result.get("error"));
    }
    return result.path("result");
  }

  /** Hands the events of a session to a listener. */
  void listen(String session, Consumer<JsonNode> listener) {
    listeners.put(session, listener);
  }

  @Override
  public void close() throws IOException {
    socket.abort();
    client.shutdownNow();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.onExit().join();
    try (Stream<Path> files = Files.walk(profile)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private final class Messages implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(
        WebSocket webSocket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        String message = text.toString();
        text.setLength(0);
        received(message);
      }
      webSocket.request(1);
      return null;
    }

    private void received(String message) {
      JsonNode node;
      try {
        node = JSON.readTree(message);
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
      CompletableFuture<JsonNode> answer =
          node.has("id") ? answers.remove(node.get("id").asInt()) : null;
      if (answer != null) {
        answer.complete(node);
        return;
      }
      Consumer<JsonNode> listener = listeners.get(node.path("sessionId").asText());
      if (listener != null) {
        listener.accept(node);
      }
    }
  }
}
