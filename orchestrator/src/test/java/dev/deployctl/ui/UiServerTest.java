package dev.deployctl.ui;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.model.DeployException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The server of the page: who is answered, and with what. */
final class UiServerTest {
  private static final String TOKEN = "0123456789abcdef".repeat(2);

  private final SampleFleet fleet = new SampleFleet();

  @AutoClose private final UiServer server = UiServer.start(0, TOKEN, fleet, Clock.systemUTC());

  private final URI address = URI.create(server.address());

  private String host() {
    return "127.0.0.1:" + address.getPort();
  }

  private String cookie() {
    return "Cookie: deployctl_ui_" + address.getPort() + "=" + TOKEN;
  }

  /** Sends a request with exactly these header lines. Returns the whole answer. */
  private String ask(String method, String path, String... headers) throws IOException {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), address.getPort())) {
      List<String> lines = new ArrayList<>(List.of(method + " " + path + " HTTP/1.1"));
      lines.addAll(List.of(headers));
      lines.add("Connection: close");
      socket.getOutputStream().write((String.join("\r\n", lines) + "\r\n\r\n").getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  private String page(String path) throws IOException {
    return ask("GET", path, "Host: " + host(), cookie());
  }

  @Test
  void theTokenInTheAddressBecomesACookie() throws Exception {
    String answer = ask("GET", "/?token=" + TOKEN, "Host: " + host());

    assertThat(answer)
        .startsWith("HTTP/1.1 303")
        .containsIgnoringCase("Location: /\r\n")
        .contains("HttpOnly; SameSite=Strict");
  }

  @Test
  void withoutTheTokenNobodyIsAnswered() throws Exception {
    for (String path : List.of("/", "/apps/shop", "/events?page=/", "/ui.js", "/?token=0")) {
      assertThat(ask("GET", path, "Host: " + host()))
          .startsWith("HTTP/1.1 403")
          .contains("Open the address that deployctl ui printed")
          .doesNotContain("web-a1");
    }
    assertThat(fleet.asked).as("calls of hosts").hasValue(0);
  }

  @Test
  void aForeignNameThatResolvesToLoopbackIsNotAnswered() throws Exception {
    String name = "evil.example:" + address.getPort();

    assertThat(ask("GET", "/", "Host: " + name, cookie())).startsWith("HTTP/1.1 421");
    assertThat(ask("GET", "/?token=" + TOKEN, "Host: " + name)).startsWith("HTTP/1.1 421");
  }

  @Test
  void otherSitesAreNotAnswered() throws Exception {
    assertThat(ask("GET", "/", "Host: " + host(), cookie(), "Origin: https://evil.example"))
        .startsWith("HTTP/1.1 403");
    assertThat(ask("GET", "/", "Host: " + host(), cookie(), "Origin: http://" + host()))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void onlyReads() throws Exception {
    for (String method : List.of("POST", "PUT", "DELETE")) {
      assertThat(ask(method, "/", "Host: " + host(), cookie(), "Content-Length: 0"))
          .startsWith("HTTP/1.1 405");
    }
  }

  @Test
  void showsTheAppsAndEachAppWithItsHosts() throws Exception {
    assertThat(page("/"))
        .startsWith("HTTP/1.1 200")
        .contains("frame-ancestors 'none'", "href=\"/apps/shop\"", "connection timed out");
    assertThat(page("/apps/shop"))
        .contains(">rollout by alice@laptop</th>", ">2 of 3</td>", ">health on web-c1</td>")
        .contains("shop.conf differs from the last apply (2026-11-20 10:00:00, by olga)")
        .contains(">v42 ", ">1,658</td>", ">0</td>", ">13 ms</td>", ">58 ms</td>")
        .contains("36,514", "6 (0.02 %)", "Not known on web-c1: nginx logs in a format of its own.")
        .contains("failed on web-a1, web-c1, web-a2", "never healthy in 60 s")
        .contains("nightly", "2026-11-24 03:00:00");
    assertThat(page("/apps/shop/logs")).contains("payment provider answered 503");
    assertThat(page("/apps/other")).startsWith("HTTP/1.1 404");
    assertThat(page("/apps/shop/../../etc/passwd")).startsWith("HTTP/1.1 404");
  }

  @Test
  void howeverManyLookTheHostsAreAskedOnce() throws Exception {
    page("/");
    page("/");
    assertThat(fleet.asked).hasValue(1);
  }

  @Test
  void tellsBrowsersThatAPageHasChanged() throws Exception {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), address.getPort())) {
      String request =
          "GET /events?page=/ HTTP/1.1\r\nHost: " + host() + "\r\n" + cookie() + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(UTF_8));
      StringBuilder heard = new StringBuilder();
      while (heard.indexOf("event: changed") < 0) {
        heard.append((char) socket.getInputStream().read());
      }
      assertThat(heard).contains("text/event-stream");
    }
  }

  @Test
  void aPortThatIsTakenIsNamed() {
    assertThatThrownBy(
            () -> UiServer.start(address.getPort(), TOKEN, fleet, Clock.systemUTC()).close())
        .isInstanceOf(DeployException.class)
        .hasMessageContaining("cannot listen on " + host());
  }
}
