package dev.deployctl.browser;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;

/** A page in a {@link Browser}. */
public final class Tab implements AutoCloseable {
  private final Browser browser;
  private final String target;
  private final String session;
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private volatile CompletableFuture<Void> loaded = new CompletableFuture<>();

  /** A node of the accessibility tree that assistive technology sees. */
  public record Node(String role, String name, int level) {}

  private Tab(Browser browser, String target, String session) {
    this.browser = browser;
    this.target = target;
    this.session = session;
    browser.listen(session, this::event);
  }

  static Tab open(Browser browser, String address) {
    String target =
        browser
            .send(null, "Target.createTarget", Map.of("url", "about:blank"))
            .get("targetId")
            .asText();
    String session =
        browser
            .send(null, "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
            .get("sessionId")
            .asText();
    Tab tab = new Tab(browser, target, session);
    for (String domain : List.of("Page", "Runtime", "Log", "Accessibility")) {
      tab.send(domain + ".enable", Map.of());
    }
    tab.go(address);
    return tab;
  }

  /** Goes to an address and waits until the page is loaded. */
  public void go(String address) {
    loaded = new CompletableFuture<>();
    send("Page.navigate", Map.of("url", address));
    loaded.orTimeout(30, TimeUnit.SECONDS).join();
  }

  private void event(JsonNode event) {
    JsonNode parameters = event.path("params");
    switch (event.path("method").asText()) {
      case "Page.loadEventFired" -> loaded.complete(null);
      case "Page.javascriptDialogOpening" -> {
        complaints.add("a script opened a dialog: " + parameters.path("message").asText());
        // Sent from another thread: this one receives the answers.
        var _ =
            CompletableFuture.runAsync(
                () -> send("Page.handleJavaScriptDialog", Map.of("accept", false)));
      }
      case "Log.entryAdded" -> complaints.add(parameters.path("entry").path("text").asText());
      case "Runtime.exceptionThrown", "Runtime.consoleAPICalled" ->
          complaints.add(parameters.toString());
      default -> {
        // Not of interest.
      }
    }
  }

  /** Returns what the browser complained of: refused content, errors, dialogs of scripts. */
  public List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** Makes the window so wide and high. */
  public Tab size(int width, int height) {
    send(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    return this;
  }

  /** Sets the colour scheme that the user prefers, {@code light} or {@code dark}. */
  public Tab scheme(String scheme) {
    send(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    return this;
  }

  /** Shows the page as it is printed. */
  public Tab asPrinted() {
    send("Emulation.setEmulatedMedia", Map.of("media", "print"));
    return this;
  }

  /** Runs no script of any page from now on. */
  public Tab withoutScripts() {
    send("Emulation.setScriptExecutionDisabled", Map.of("value", true));
    return this;
  }

  /** Returns the value of an expression of JavaScript; promises are waited for. */
  public JsonNode value(String expression) {
    JsonNode result =
        send(
            "Runtime.evaluate",
            Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
    if (result.has("exceptionDetails")) {
      throw new IllegalStateException(result.get("exceptionDetails").toString());
    }
    return result.path("result").path("value");
  }

  /** Presses a key, such as {@code Tab} or {@code Enter}. */
  public void press(String key) {
    int code = key.equals("Tab") ? 9 : 13;
    String text = key.equals("Enter") ? "\r" : "";
    for (String type : List.of(text.isEmpty() ? "rawKeyDown" : "keyDown", "keyUp")) {
      send(
          "Input.dispatchKeyEvent",
          Map.of(
              "type",
              type,
              "key",
              key,
              "code",
              key,
              "windowsVirtualKeyCode",
              code,
              "text",
              type.equals("keyDown") ? text : ""));
    }
  }

  /** Returns the accessibility tree, without nodes that are ignored. */
  public List<Node> accessible() {
    JsonNode nodes = send("Accessibility.getFullAXTree", Map.of()).get("nodes");
    List<Node> tree = new ArrayList<>();
    for (JsonNode node : nodes) {
      if (!node.path("ignored").asBoolean()) {
        int level =
            StreamSupport.stream(node.path("properties").spliterator(), false)
                .filter(property -> property.path("name").asText().equals("level"))
                .mapToInt(property -> property.path("value").path("value").asInt())
                .findFirst()
                .orElse(0);
        tree.add(
            new Node(
                node.path("role").path("value").asText(),
                node.path("name").path("value").asText(),
                level));
      }
    }
    return tree;
  }

  /** Returns a picture of the window, as WebP. */
  public byte[] picture() {
    return Base64.getDecoder()
        .decode(
            send("Page.captureScreenshot", Map.of("format", "webp", "quality", 90))
                .get("data")
                .asText());
  }

  /** Returns the page as it is printed, a PDF. */
  public byte[] pdf() {
    return Base64.getDecoder()
        .decode(
            send("Page.printToPDF", Map.of("printBackground", true, "preferCSSPageSize", true))
                .get("data")
                .asText());
  }

  private JsonNode send(String method, Map<String, Object> parameters) {
    return browser.send(session, method, parameters);
  }

  @Override
  public void close() {
    browser.send(null, "Target.closeTarget", Map.of("targetId", target));
  }
}
