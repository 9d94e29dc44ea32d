package dev.deployctl.ui;

import dev.deployctl.browser.Browser;
import dev.deployctl.browser.Tab;
import dev.deployctl.output.page.SampleReports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

/**
 * Takes the pictures of the pages in the documentation: run by {@code examples/pictures}.
 *
 * <p>A picture shows a page with the facts of the tests, so that it is the same each time.
 */
final class Pictures {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-23T03:05:36Z"), ZoneOffset.UTC);

  private final Browser browser;
  private final Path directory;

  private Pictures(Browser browser, Path directory) {
    this.browser = browser;
    this.directory = directory;
  }

  /**
   * Takes all pictures.
   *
   * @param arguments the directory to write them to
   */
  public static void main(String[] arguments) throws IOException {
    Path directory = Files.createDirectories(Path.of(arguments[0]));
    Path pages = Files.createTempDirectory("deployctl-pictures");
    Path good = Files.writeString(pages.resolve("good.html"), SampleReports.good());
    Path stopped = Files.writeString(pages.resolve("stopped.html"), SampleReports.stopped());
    try (Browser browser = Browser.start();
        UiServer server = UiServer.start(0, "0".repeat(32), new SampleFleet(), CLOCK)) {
      Pictures pictures = new Pictures(browser, directory);
      pictures.take("report.webp", good.toUri().toString(), "light", 1100, 1150);
      pictures.take("report-stopped-dark.webp", stopped.toUri().toString(), "dark", 1100, 1260);
      pictures.take("report-phone.webp", stopped.toUri().toString(), "light", 390, 844);
      try (Tab tab = browser.open(server.address())) {
        String home = server.address().replaceFirst("/\\?.*", "");
        pictures.take(tab, "ui.webp", home + "/", "light", 1100, 850);
        pictures.take(tab, "ui-app-dark.webp", home + "/apps/shop", "dark", 1100, 1330);
        pictures.take(tab, "ui-phone.webp", home + "/", "light", 390, 844);
      }
    } finally {
      Files.delete(good);
      Files.delete(stopped);
      Files.delete(pages);
    }
  }

  private void take(String name, String address, String scheme, int width, int height)
      throws IOException {
    try (Tab tab = browser.open(address)) {
      take(tab, name, address, scheme, width, height);
    }
  }

  private void take(Tab tab, String name, String address, String scheme, int width, int height)
      throws IOException {
    tab.size(width, height).scheme(scheme);
    tab.go(address);
    Files.write(directory.resolve(name), tab.picture());
  }
}
