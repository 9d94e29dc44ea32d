package dev.deployctl.output;

import dev.deployctl.rollout.HostOutcome;
import dev.deployctl.rollout.RolloutOutcome;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What GitHub Actions shows beside a run: an annotation for each host that failed, and a page of
 * Markdown. Where to put the page is the runner's to say ({@code GITHUB_STEP_SUMMARY}).
 */
public final class CiAnnotations {
  private CiAnnotations() {}

  /** Says whether GitHub Actions runs this. */
  public static boolean wanted(Map<String, String> environment) {
    return "true".equals(environment.get("GITHUB_ACTIONS"));
  }

  /** Prints workflow commands, which the runner takes out of the log. */
  public static void print(RolloutOutcome outcome, PrintWriter out) {
    HostNames names = names(outcome);
    for (HostOutcome host : outcome.hosts()) {
      String name = names.of(host.host());
      if (host.failure()) {
        command(out, "error", outcome.app() + " on " + name, OutcomeText.of(host));
      } else if (host instanceof HostOutcome.Updated updated) {
        for (String warning : updated.warnings()) {
          command(out, "warning", outcome.app() + " on " + name, warning);
        }
      }
    }
    for (String note : outcome.notes()) {
      command(out, "notice", outcome.app().name(), note);
    }
    out.flush();
  }

  /** The page: the verdict, then a table of hosts. */
  public static String markdown(RolloutOutcome outcome, @Nullable String environment) {
    HostNames names = names(outcome);
    StringBuilder page = new StringBuilder("## ");
    page.append(outcome.exitCode() == 0 ? "✓ " : "✗ ")
        .append(cell(outcome.app() + (environment == null ? "" : " in " + environment)))
        .append("\n\n")
        .append(cell(Verdict.of(outcome, names)))
        .append("\n\n| host | zone | outcome |\n|---|---|---|\n");
    List<HostOutcome> hosts = outcome.hosts();
    for (HostOutcome host : hosts) {
      page.append("| ")
          .append(cell(names.of(host.host())))
          .append(" | ")
          .append(cell(host.host().zone()))
          .append(" | ")
          .append(OutcomeText.mark(host))
          .append(' ')
          .append(cell(OutcomeText.of(host)))
          .append(" |\n");
    }
    return page.toString();
  }

  private static HostNames names(RolloutOutcome outcome) {
    return new HostNames(outcome.hosts().stream().map(HostOutcome::host).toList());
  }

  private static void command(PrintWriter out, String command, String title, String message) {
    out.print("::" + command + " title=" + property(title) + "::" + data(message) + "\n");
  }

  private static String data(String text) {
    return Printable.text(text).replace("%", "%25");
  }

  private static String property(String text) {
    return data(text).replace(":", "%3A").replace(",", "%2C");
  }

  /** Text that is neither markup nor the end of a cell. */
  private static String cell(String text) {
    StringBuilder safe = new StringBuilder();
    Printable.text(text)
        .codePoints()
        .forEach(
            point -> {
              if ("\\`*_{}[]<>()#+!|~&@".indexOf(point) >= 0) {
                safe.append(String.format(Locale.ROOT, "&#%d;", point));
              } else {
                safe.appendCodePoint(point);
              }
            });
    return safe.toString();
  }
}
