package dev.deployctl.notify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A service over HTTP that checks calls as the real one does, and fails where a test says so. */
public abstract class StandIn implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();

  /** An answer in place of the service's own. */
  @FunctionalInterface
  public interface Fault {
    void answer(HttpExchange exchange) throws IOException;
  }

  /** A call that was accepted. */
  public record Call(String path, JsonNode body) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
  private final List<Call> accepted = new CopyOnWriteArrayList<>();
  private final List<String> refused = new CopyOnWriteArrayList<>();

  StandIn() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Sets the faults of the next calls, one each. */
  public void then(Fault... next) {
    faults.addAll(List.of(next));
  }

  public List<Call> accepted() {
    return accepted;
  }

  /** Returns why calls were refused. */
  public List<String> refused() {
    return refused;
  }

  public static Fault limited(int seconds) {
    return exchange -> {
      exchange.getResponseHeaders().set("Retry-After", String.valueOf(seconds));
      send(exchange, 429, JSON.createObjectNode());
    };
  }

  public static Fault status(int status) {
    return exchange -> send(exchange, status, JSON.createObjectNode());
  }

  /** Answers a call that is authorized and has a JSON body. */
  abstract void answer(HttpExchange exchange, JsonNode body) throws IOException;

  /** Refuses a call, in the form of the service. */
  abstract void refuse(HttpExchange exchange, int status, String reason) throws IOException;

  final void refused(String reason) {
    refused.add(reason);
  }

  final void accept(HttpExchange exchange, JsonNode body, int status, ObjectNode answer)
      throws IOException {
    accepted.add(new Call(exchange.getRequestURI().getPath(), body));
    send(exchange, status, answer);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] sent = exchange.getRequestBody().readAllBytes();
      Fault fault = faults.poll();
      if (fault != null) {
        fault.answer(exchange);
        return;
      }
      String type = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"));
      if (!exchange.getRequestMethod().equals("POST")) {
        refuse(exchange, 405, "not a POST");
      } else if (!"Bearer s3cret-token"
          .equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        refuse(exchange, 401, "invalid_auth");
      } else if (!type.toLowerCase(Locale.ROOT).matches("application/json; ?charset=\"?utf-8\"?")) {
        refuse(exchange, 415, "missing_charset");
      } else {
        answer(exchange, JSON.readTree(sent));
      }
    }
  }

  static void send(HttpExchange exchange, int status, ObjectNode answer) throws IOException {
    byte[] bytes = answer.toString().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
