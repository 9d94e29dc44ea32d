package dev.deployctl.output;

import dev.deployctl.event.HostError;
import dev.deployctl.rollout.HostOutcome;
import dev.deployctl.rollout.RolloutOutcome;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A rollout as one HTML file that needs nothing else: no script, no picture, no font from
 * elsewhere. To be kept beside a build, or sent to those who ask what happened.
 */
public final class HtmlReport {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; }
      body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
      table { border-collapse: collapse; width: 100%; }
      th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #8884; vertical-align: top; }
      pre { overflow-x: auto; background: #8881; padding: .6rem; }
      .good { color: #1a7f37; } .bad { color: #cf222e; } .warn { color: #9a6700; } .faint { opacity: .7; }
      """;

  private HtmlReport() {}

  /** The whole file; {@code ended} is when the rollout ended. */
  public static String of(RolloutOutcome outcome, @Nullable String environment, Instant ended) {
    List<HostOutcome> hosts = outcome.hosts();
    HostNames names = new HostNames(hosts.stream().map(HostOutcome::host).toList());
    String title = outcome.app() + (environment == null ? "" : " in " + environment);
    Html html =
        new Html()
            .raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .raw("<meta name=\"viewport\" content=\"width=device-width\">\n")
            .raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';")
            .raw(" style-src 'unsafe-inline'\">\n")
            .element("title", "Rollout of " + title)
            .raw("<style>\n" + STYLE + "</style>\n</head>\n<body>\n")
            .element("h1", "Rollout of " + title)
            .element("p", outcome.exitCode() == 0 ? "good" : "bad", Verdict.of(outcome, names))
            .element(
                "p",
                "faint",
                "Rollout " + outcome.id() + ", ended " + Times.text(ended.toString()) + " UTC");
    outcome.notes().forEach(note -> html.element("p", "warn", note));
    failures(html, hosts, names);
    table(html, hosts, names);
    return html.raw("</body>\n</html>\n").toString();
  }

  private static void failures(Html html, List<HostOutcome> hosts, HostNames names) {
    for (HostOutcome host : hosts) {
      if (!host.failure()) {
        continue;
      }
      html.element("h2", "bad", names.of(host.host())).element("p", OutcomeText.of(host));
      switch (host) {
        case HostOutcome.Failed failed -> error(html, failed.error());
        case HostOutcome.RollbackFailed failed -> error(html, failed.error());
        default -> {
          // What happened says it all.
        }
      }
    }
  }

  private static void error(Html html, HostError error) {
    HostError.Verdict verdict = error.verdict();
    if (verdict != null) {
      fact(html, "Last probe: ", verdict.probe());
      fact(html, "Container: ", verdict.container());
      if (!verdict.lines().isEmpty()) {
        html.raw("<pre>");
        verdict.lines().forEach(line -> html.text(line).raw("\n"));
        html.raw("</pre>\n");
      }
    }
    fact(html, "", error.hint());
  }

  private static void fact(Html html, String label, @Nullable String text) {
    if (text != null) {
      html.element("p", label + text);
    }
  }

  private static void table(Html html, List<HostOutcome> hosts, HostNames names) {
    html.raw("<h2>Hosts</h2>\n<table>\n<tr><th>Host<th>Zone<th>Serves<th>Outcome</tr>\n");
    for (HostOutcome host : hosts) {
      html.raw("<tr>")
          .element("td", names.of(host.host()))
          .element("td", host.host().zone())
          .element("td", host.serving() == null ? "not known" : Wording.release(host.serving()))
          .element(
              "td",
              OutcomeText.colour(host).name().toLowerCase(Locale.ROOT),
              OutcomeText.mark(host) + " " + OutcomeText.of(host))
          .raw("</tr>\n");
    }
    html.raw("</table>\n");
  }
}
