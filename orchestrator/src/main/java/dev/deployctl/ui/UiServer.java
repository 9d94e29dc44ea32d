package dev.deployctl.ui;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the pages on loopback, to those who know the token. Requests are checked by {@link Gate}
 * before anything else.
 */
public final class UiServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UiServer.class);

  /** The time for which a browser waits for the hosts before it is told that they are asked. */
  private static final Duration LONGEST_WAIT = Duration.ofMillis(1500);

  private static final String HTML = "text/html; charset=utf-8";
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final HttpServer server;
  private final ExecutorService threads;
  private final Gate gate;
  private final Pages pages;
  private final Clock clock;
  private final Map<String, Watched> watched = new ConcurrentHashMap<>();
  private volatile boolean closed;

  private UiServer(
      HttpServer server, ExecutorService threads, Gate gate, Pages pages, Clock clock) {
    this.server = server;
    this.threads = threads;
    this.gate = gate;
    this.pages = pages;
    this.clock = clock;
  }

  /**
   * Starts the server.
   *
   * @param port 0 for any that is free
   * @param token what a browser has to know
   * @throws DeployException the port is taken
   */
  public static UiServer start(int port, String token, FleetFacts facts, Clock clock) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 16);
      ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
      Gate gate = new Gate(token, server.getAddress().getPort());
      UiServer ui = new UiServer(server, threads, gate, new Pages(facts, clock), clock);
      server.setExecutor(threads);
      server.createContext("/", ui::handle);
      server.start();
      return ui;
    } catch (IOException failed) {
      throw new DeployException(
          FailureKind.USAGE,
          "cannot listen on 127.0.0.1:" + port + ": " + failed.getMessage(),
          "choose another port with --port, or leave it out");
    }
  }

  /** Returns the address to open, with the token. */
  public String address() {
    return gate.address();
  }

  @Override
  public void close() {
    closed = true;
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      exchange.getResponseHeaders().set("Content-Security-Policy", POLICY);
      exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
      exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
      exchange.getResponseHeaders().set("Cross-Origin-Resource-Policy", "same-origin");
      switch (gate.judge(exchange)) {
        case Gate.Verdict.Refused refused -> text(exchange, refused.status(), refused.reason());
        case Gate.Verdict.Welcome welcome -> {
          exchange.getResponseHeaders().set("Set-Cookie", welcome.cookie());
          exchange.getResponseHeaders().set("Location", "/");
          exchange.sendResponseHeaders(303, -1);
        }
        case Gate.Verdict.Passed _ -> serve(exchange, exchange.getRequestURI().getPath());
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException failed) {
      LOG.debug("a page could not be made", failed);
      text(exchange, 500, "This page could not be made: " + message(failed));
    }
  }

  private static String message(Throwable failed) {
    Throwable cause = failed.getCause() == null ? failed : failed.getCause();
    return Objects.requireNonNullElse(cause.getMessage(), cause.toString());
  }

  private void serve(HttpExchange exchange, String path) throws IOException, InterruptedException {
    switch (path) {
      case "/ui.js" -> send(exchange, 200, "text/javascript; charset=utf-8", script());
      case "/events" -> events(exchange);
      default -> {
        Watched page = page(path);
        if (page == null) {
          text(exchange, 404, "There is no such page.");
          return;
        }
        String html = page.within(LONGEST_WAIT);
        send(exchange, 200, HTML, (html == null ? pages.asking(path) : html).getBytes(UTF_8));
      }
    }
  }

  private @Nullable Watched page(String path) {
    return pages.has(path)
        ? watched.computeIfAbsent(path, key -> new Watched(() -> pages.html(key), threads, clock))
        : null;
  }

  /** Tells a browser whenever what a page shows has changed, until it goes away. */
  private void events(HttpExchange exchange) throws IOException, InterruptedException {
    String query = Objects.requireNonNullElse(exchange.getRequestURI().getQuery(), "");
    Watched page = query.startsWith("page=") ? page(query.substring("page=".length())) : null;
    if (page == null) {
      text(exchange, 404, "There is no such page.");
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    String shown = "";
    while (!closed) {
      String now = page.within(LONGEST_WAIT);
      // A comment in between tells a browser that went away from one that waits.
      String event =
          now == null || now.equals(shown) ? ": still here\n\n" : "event: changed\ndata:\n\n";
      shown = now == null ? shown : now;
      out.write(event.getBytes(UTF_8));
      out.flush();
      Thread.sleep(Watched.FRESH.plusMillis(500));
    }
  }

  private static byte[] script() throws IOException {
    try (InputStream file = UiServer.class.getResourceAsStream("ui.js")) {
      return Objects.requireNonNull(file, "ui.js is packed with the program").readAllBytes();
    }
  }

  private static void text(HttpExchange exchange, int status, String text) throws IOException {
    send(exchange, status, "text/plain; charset=utf-8", (text + "\n").getBytes(UTF_8));
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
  }
}
