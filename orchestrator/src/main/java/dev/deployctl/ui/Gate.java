package dev.deployctl.ui;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.security.MessageDigest;
import java.util.List;
import java.util.Set;

/**
 * Decides which requests are answered. Any program and any web page of this machine can reach
 * loopback, so a request must name this server as its host (a foreign name that resolves to
 * loopback does not), come from no other site, only read, and carry the token in its cookie.
 */
final class Gate {
  private static final String QUERY = "token=";

  private final String token;
  private final String cookie;
  private final Set<String> hosts;
  private final String address;

  /** The decision on a request. */
  sealed interface Verdict {
    /** It is answered. */
    record Passed() implements Verdict {}

    /** It is not, for this reason. */
    record Refused(int status, String reason) implements Verdict {}

    /** It has the token in its address: it gets the cookie, and the page without the token. */
    record Welcome(String cookie) implements Verdict {}
  }

  Gate(String token, int port) {
    this.token = token;
    // Cookies are shared between ports, and two of these servers may run.
    this.cookie = "deployctl_ui_" + port + "=";
    this.hosts = Set.of("127.0.0.1:" + port, "localhost:" + port);
    this.address = "http://127.0.0.1:" + port + "/?" + QUERY + token;
  }

  String address() {
    return address;
  }

  Verdict judge(HttpExchange exchange) {
    Headers headers = exchange.getRequestHeaders();
    String host = headers.getFirst("Host");
    if (host == null || !hosts.contains(host)) {
      return new Verdict.Refused(421, "This server answers under its own address only.");
    }
    String origin = headers.getFirst("Origin");
    if (origin != null && !origin.equals("http://" + host)) {
      return new Verdict.Refused(403, "Other sites cannot read this page.");
    }
    String method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return new Verdict.Refused(405, "This page only reads.");
    }
    String query = exchange.getRequestURI().getRawQuery();
    if (exchange.getRequestURI().getPath().equals("/")
        && query != null
        && query.startsWith(QUERY)
        && same(query.substring(QUERY.length()))) {
      return new Verdict.Welcome(cookie + token + "; Path=/; HttpOnly; SameSite=Strict");
    }
    return carries(headers)
        ? new Verdict.Passed()
        : new Verdict.Refused(
            403, "Open the address that deployctl ui printed: it has the token that is missing.");
  }

  private boolean carries(Headers headers) {
    for (String line : headers.getOrDefault("Cookie", List.of())) {
      for (String one : line.split("; *", -1)) {
        if (one.startsWith(cookie) && same(one.substring(cookie.length()))) {
          return true;
        }
      }
    }
    return false;
  }

  /** Takes as long for a wrong token as for the right one. */
  private boolean same(String given) {
    return MessageDigest.isEqual(given.getBytes(UTF_8), token.getBytes(UTF_8));
  }
}
