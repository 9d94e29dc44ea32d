package dev.deployctl.output.report;

import dev.deployctl.event.HostError;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Times;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome;
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
      :root { color-scheme: light dark; --good: #1a7f37; --bad: #cf222e; --warn: #9a6700; }
      @media (prefers-color-scheme: dark) { :root { --good: #3fb950; --bad: #ff7b72; --warn: #d29922; } }
      body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 64rem; padding: 0 1rem; }
      h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; } h3 { font-size: 1rem; margin: 0; }
      p { margin: .3rem 0; }
      section { border-left: 3px solid var(--bad); margin: .8rem 0; padding: .1rem 0 .1rem .8rem; }
      .wide { overflow-x: auto; }
      table { border-collapse: collapse; width: 100%; }
      th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #8884; vertical-align: top; }
      td:not(:last-child) { white-space: nowrap; }
      pre { overflow-x: auto; background: #8882; padding: .6rem; margin: .5rem 0; border-radius: 4px; font-size: 13px; }
      .good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); } .faint { opacity: .75; }
      """;

  private HtmlReport() {}

  /** The whole file; {@code ended} is when the rollout ended. */
  public static String of(RolloutOutcome outcome, @Nullable String environment, Instant ended) {
    List<HostOutcome> hosts = outcome.hosts();
    HostNames names = new HostNames(hosts.stream().map(HostOutcome::host).toList());
    String title = outcome.app() + (environment == null ? "" : " in " + environment);
    boolean good = outcome.exitCode() == 0;
    Html html =
        new Html()
            .raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .raw("<meta name=\"viewport\" content=\"width=device-width\">\n")
            .raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';")
            .raw(" style-src 'unsafe-inline'\">\n")
            .element("title", "Rollout of " + title)
            .raw("<style>\n" + STYLE + "</style>\n</head>\n<body>\n")
            .raw("<h1><span class=\"" + (good ? "good" : "bad") + "\">")
            .text(good ? "✓" : "✗")
            .raw("</span> ")
            .text("Rollout of " + title)
            .raw("</h1>\n")
            .element("p", "faint", "Ended " + Times.text(ended.toString()) + " UTC")
            .element("p", OutcomeSentence.of(outcome, names));
    outcome.notes().forEach(note -> html.element("p", "warn", note));
    failures(html, hosts, names);
    table(html, hosts, names);
    return html.raw("</body>\n</html>\n").toString();
  }

  private static void failures(Html html, List<HostOutcome> hosts, HostNames names) {
    List<HostOutcome> failed = hosts.stream().filter(HostOutcome::failure).toList();
    if (failed.isEmpty()) {
      return;
    }
    html.element("h2", "What failed");
    for (HostOutcome host : failed) {
      html.raw("<section>\n")
          .element("h3", names.of(host.host()))
          .element("p", OutcomeText.of(host));
      switch (host) {
        case HostOutcome.Failed one -> error(html, one.error());
        case HostOutcome.RollbackFailed one -> error(html, one.error());
        case HostOutcome.Unreachable one -> fact(html, "To do", one.hint());
        default -> {
          // What happened says it all.
        }
      }
      html.raw("</section>\n");
    }
  }

  private static void error(Html html, HostError error) {
    HostError.Verdict verdict = error.verdict();
    if (verdict != null) {
      fact(html, "Last probe", verdict.probe());
      fact(html, "Container", verdict.container());
      if (!verdict.lines().isEmpty()) {
        html.element("p", "faint", "Last lines").raw("<pre>");
        verdict.lines().forEach(line -> html.text(line).raw("\n"));
        html.raw("</pre>\n");
      }
    }
    fact(html, "To do", error.hint());
  }

  private static void fact(Html html, String label, @Nullable String text) {
    if (text != null) {
      html.raw("<p><span class=\"faint\">").text(label + ":").raw("</span> ").text(text);
      html.raw("</p>\n");
    }
  }

  private static void table(Html html, List<HostOutcome> hosts, HostNames names) {
    html.element("h2", "Hosts").raw("<div class=\"wide\">\n<table>\n<tr>");
    List.of("Host", "Zone", "Serves", "Outcome").forEach(head -> html.element("th", head));
    html.raw("</tr>\n");
    for (HostOutcome host : hosts) {
      html.raw("<tr>")
          .element("td", names.of(host.host()))
          .element("td", host.host().zone())
          .element("td", host.serving() == null ? "not known" : Wording.release(host.serving()))
          .element(
              "td",
              OutcomeText.colour(host).name().toLowerCase(Locale.ROOT),
              host.kind().mark() + " " + OutcomeText.of(host) + warnings(host))
          .raw("</tr>\n");
    }
    html.raw("</table>\n</div>\n");
  }

  private static String warnings(HostOutcome host) {
    return host instanceof HostOutcome.Updated updated && !updated.warnings().isEmpty()
        ? "; " + String.join("; ", updated.warnings())
        : "";
  }
}
