package dev.deployctl.output.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.browser.Browser;
import dev.deployctl.browser.PageChecks;
import dev.deployctl.browser.Tab;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report in Chromium. */
final class ReportPageBrowserTest {
  @TempDir private static Path directory;
  private static Browser browser;

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

  private static Tab open(String html) throws Exception {
    Path file = Files.writeString(Files.createTempFile(directory, "report", ".html"), html);
    return browser.open(file.toUri().toString());
  }

  @Test
  void isReadableInLightAndInDark() throws Exception {
    try (Tab tab = open(SampleReports.stopped())) {
      PageChecks.readable(tab, "light");
      String light = background(tab);
      PageChecks.readable(tab, "dark");
      assertThat(background(tab)).isNotEqualTo(light);
      assertThat(tab.complaints()).isEmpty();
    }
  }

  private static String background(Tab tab) {
    return tab.value("getComputedStyle(document.body).backgroundColor").asText();
  }

  @Test
  void fitsAPhone() throws Exception {
    for (String html : new String[] {SampleReports.good(), SampleReports.hostile()}) {
      try (Tab tab = open(html)) {
        PageChecks.fits(tab, 390);
        PageChecks.fits(tab, 1280);
      }
    }
  }

  @Test
  void tellsAssistiveTechnologyWhatIsWhere() throws Exception {
    try (Tab tab = open(SampleReports.stopped())) {
      PageChecks.accessible(tab);
      assertThat(tab.accessible())
          .contains(
              new Tab.Node("heading", "Rollout of shop in production", 1),
              new Tab.Node("heading", "What failed", 2),
              new Tab.Node("rowheader", "web-c001", 0),
              new Tab.Node("columnheader", "Outcome", 0))
          .anySatisfy(
              node -> {
                assertThat(node.role()).isEqualTo("image");
                assertThat(node.name()).startsWith("The steps of 4 hosts");
              });
      tab.size(390, 844);
      assertThat(tab.accessible())
          .as("tables stay tables on a phone")
          .contains(new Tab.Node("rowheader", "web-c001", 0));
    }
  }

  @Test
  void isUsedWithTheKeyboard() throws Exception {
    try (Tab tab = open(SampleReports.stopped())) {
      assertThat(PageChecks.keyboard(tab))
          .startsWith("Skip to the report", "What failed", "What to do next")
          .contains("Log of web-c001", "Steps in figures", "https://github.com/example/shop");
      tab.press("Tab");
      tab.press("Tab");
      tab.value("document.querySelector('.skip').focus()");
      tab.press("Enter");
      assertThat(tab.value("document.activeElement.id").asText()).isEqualTo("main");
    }
  }

  @Test
  void isPrintedWithAllItsDetails() throws Exception {
    try (Tab tab = open(SampleReports.good())) {
      String height = "document.querySelector('details table').getBoundingClientRect().height";
      assertThat(tab.pdf()).startsWith("%PDF".getBytes(StandardCharsets.US_ASCII));
      tab.asPrinted();
      assertThat(tab.value(height).asInt()).as("height of the folded table").isPositive();
      tab.size(690, 1000);
      assertThat(tab.value("document.documentElement.scrollWidth").asInt())
          .as("width of A4 without its margins")
          .isLessThanOrEqualTo(690);
      String right = "document.querySelector('details table').getBoundingClientRect().right";
      assertThat(tab.value(right).asInt()).as("end of the table of steps").isLessThan(690);
    }
  }

  @Test
  void hostileTextRunsNoScriptAndLoadsNothing() throws Exception {
    try (Tab tab = open(SampleReports.hostile())) {
      assertThat(tab.complaints()).isEmpty();
      assertThat(tab.value("document.scripts.length").asInt()).isZero();
      assertThat(
              tab.value("document.querySelectorAll('[onload],[onerror],a[href^=java]').length")
                  .asInt())
          .isZero();
      assertThat(tab.value("document.querySelector('.failure .log').textContent").asText())
          .contains("<script>alert(1)</script> & \"x\"", "</code></pre>");
      assertThat(tab.value("performance.getEntriesByType('resource').length").asInt()).isZero();
    }
  }
}
