package dev.deployctl.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.browser.Browser;
import dev.deployctl.browser.PageChecks;
import dev.deployctl.browser.Tab;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page of {@code deployctl ui} in Chromium. */
final class UiBrowserTest {
  private static Browser browser;

  private final SampleFleet fleet = new SampleFleet();

  @AutoClose
  private final UiServer server =
      UiServer.start(0, "0123456789abcdef".repeat(2), fleet, Clock.systemUTC());

  @BeforeAll
  static void start() {
    browser = Browser.start();
  }

  @AfterAll
  static void stop() throws Exception {
    if (browser != null) {
      browser.close();
    }
  }

  private String address(String path) {
    return server.address().replaceFirst("/\\?.*", path);
  }

  @Test
  void everyPageIsReadableFitsAPhoneAndIsAccessible() {
    try (Tab tab = browser.open(server.address())) {
      for (String path : List.of("/", "/apps/shop", "/apps/shop/logs")) {
        tab.go(address(path));
        PageChecks.readable(tab, "light");
        PageChecks.readable(tab, "dark");
        PageChecks.fits(tab, 390);
        PageChecks.fits(tab, 1280);
        PageChecks.accessible(tab);
        assertThat(PageChecks.keyboard(tab)).startsWith("Skip to the content", "All apps");
      }
      assertThat(tab.complaints()).isEmpty();
    }
  }

  @Test
  void followsTheHostsWithoutLoadingAgain() {
    try (Tab tab = browser.open(server.address())) {
      tab.value("window.same = true");
      assertThat(tab.value("document.body.innerText").asText()).doesNotContain("degraded");
      fleet.shopState = "degraded";
      tab.value(
          """
          new Promise(done => new MutationObserver(() => {
            if (document.body.innerText.includes('degraded')) done();
          }).observe(document.body, { childList: true, subtree: true }))
          """);
      assertThat(tab.value("window.same").asBoolean()).as("the page was not loaded again").isTrue();
    }
  }

  @Test
  void whatAReaderHasOpenedStaysOpen() {
    try (Tab tab = browser.open(server.address())) {
      tab.go(address("/apps/shop"));
      tab.value("document.querySelector('#traffic-by-host summary').click()");
      fleet.shopState = "degraded";
      tab.value(
          """
          new Promise(done => new MutationObserver(() => {
            if (document.body.innerText.includes('degraded')) done();
          }).observe(document.body, { childList: true, subtree: true }))
          """);
      assertThat(tab.value("document.querySelector('#traffic-by-host').open").asBoolean()).isTrue();
    }
  }

  @Test
  void isReadWithoutScripts() {
    try (Tab tab = browser.open("about:blank")) {
      tab.withoutScripts();
      tab.go(server.address());
      tab.go(address("/apps/shop"));
      assertThat(tab.accessible())
          .contains(
              new Tab.Node("rowheader", "web-a1 a", 0), new Tab.Node("heading", "History", 2));
    }
  }

  @Test
  void hostileLogLinesAreText() {
    fleet.said = SampleFleet.HOSTILE;
    try (Tab tab = browser.open(server.address())) {
      tab.go(address("/apps/shop/logs"));
      assertThat(tab.value("document.querySelector('.lines .said').textContent").asText())
          .isEqualTo("<img src=x onerror=alert(1)><script>alert(2)</script>");
      assertThat(tab.value("document.images.length").asInt()).isZero();
      assertThat(tab.complaints()).isEmpty();
    }
  }
}
