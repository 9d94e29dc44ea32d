package dev.deployctl.output.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** The report of a rollout as a file. */
final class ReportPageTest {
  @Test
  void saysHowAGoodRolloutWent() throws Exception {
    String text = parsed(SampleReports.good()).getDocumentElement().getTextContent();

    assertThat(text)
        .contains("Succeeded", "v2 is live on all 12 hosts.")
        .contains("0 failed requests", "14,448 requests during the switches, 0 failed")
        .contains("deployctl rollback shop --environment production")
        .contains("As good as before", "4,190", "4,210", "5 (0.12 %)", "4 (0.10 %)")
        .contains("at most 1.0 % points more", "at most 1.5 times as long, or 100 ms more")
        .contains("1 of 5, canary", "alarm shop-5xx is OK")
        .contains("8e1f0a7", "4f2c1d9", "FEATURE_X", "DATABASE_URL")
        .doesNotContain("What failed");
  }

  @Test
  void showsWhatFailedWithTheLogAndTheNextCommand() throws Exception {
    String text = parsed(SampleReports.stopped()).getDocumentElement().getTextContent();

    assertThat(text)
        .contains(
            "Stopped", "2 hosts failed, and the budget allows 1. v2 is live on 2 of 12 hosts.")
        .contains("GET /healthz over socket: 500 in 12 ms", "health: database schema is behind")
        .contains("deployctl logs shop --environment production --hosts web-c001 --release")
        .contains("4.1 s, failed")
        .contains("web-c002: could not renew the lock");
  }

  @Test
  void needsNothingFromElsewhere() {
    for (String html : new String[] {SampleReports.good(), SampleReports.hostile()}) {
      assertThat(html)
          .doesNotContain("<script", "src=", "url(", "@import", "<link")
          .contains("default-src 'none'");
    }
  }

  @Test
  void commitsLeadToTheRepository() {
    String shop = "href=\"https://github.com/example/shop";

    assertThat(SampleReports.good())
        .contains(shop + "\"")
        .contains(shop + "/commit/8e1f0a77c2d4\"", shop + "/commit/4f2c1d9be610\"")
        .contains(shop + "/compare/8e1f0a77c2d4...4f2c1d9be610\"");
  }

  @Test
  void gatesThatPassedAreShownWithTheirKind() throws Exception {
    String text = parsed(SampleReports.good()).getDocumentElement().getTextContent();

    assertThat(text.replaceAll("\\s+", " ")).contains("error rate").contains("smoke test");
    assertThat(SampleReports.good()).contains(">alarm</td>", ">command</td>", ">4.0 s</td>");
  }

  @Test
  void showsHostileTextAsText() throws Exception {
    String html = SampleReports.hostile();

    parsed(html);
    assertThat(html)
        .doesNotContain("<script", "\u001b", "\u202e", "javascript:alert(4)\"")
        .contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; ");
  }

  @Test
  void placesEachStepOnTheTimeline() throws Exception {
    String html = SampleReports.stopped();

    assertThat(html).contains("class=\"bar k-failed\"", "title=\"health 4.1 s, failed\"");
    assertThat(html.split("class=\"lane\"", -1)).as("lanes of hosts that were started").hasSize(5);
  }

  /** Parses the page as XML, once its void elements are closed. */
  private static Document parsed(String html) throws Exception {
    String xml = html.replace("<!doctype html>", "").replaceAll("<meta ([^>]*)>", "<meta $1/>");
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }
}
