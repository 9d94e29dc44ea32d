package dev.deployctl.output.report;

import dev.deployctl.event.HostError;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.Problem;
import dev.deployctl.model.ProblemsException;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Printable;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Writes what GitHub Actions shows beside a run: an annotation for each host that failed, and a
 * page of Markdown. Where to put the page is the runner's to say ({@code GITHUB_STEP_SUMMARY}).
 */
public final class CiAnnotations {
  private static final int ROWS = 300;

  /** Characters after which no more is begun: a page may have 1 MiB, and escapes are long. */
  private static final int FULL = 200_000;

  /** Failures that are shown with what their containers said. */
  private static final int TOLD = 10;

  /** Of what a container said, the end. */
  private static final int LINES = 20;

  private static final int LONGEST_TEXT = 500;

  private CiAnnotations() {}

  /** Says whether GitHub Actions runs this, from the environment's variables. */
  public static boolean wanted(Function<String, @Nullable String> variables) {
    return "true".equals(variables.apply("GITHUB_ACTIONS"));
  }

  /**
   * Annotates a command that did not come to do anything.
   *
   * @param absolute where a file that the error names really is; the runner turns that into the
   *     place in the repository
   */
  public static void print(DeployException error, PrintWriter out, UnaryOperator<String> absolute) {
    if (error instanceof ProblemsException several) {
      for (Problem problem : several.problems()) {
        String file = property(absolute.apply(problem.file()));
        String place = "file=" + file + ",line=" + problem.line() + ",col=" + problem.column();
        String path = problem.path().isEmpty() ? "" : problem.path() + ": ";
        String meant = problem.didYouMean();
        String guess = meant == null ? "" : " (did you mean " + meant + "?)";
        command(out, "error " + place, data(path + problem.message() + guess));
      }
    } else {
      String hint = error.hint() == null ? "" : "; " + error.hint();
      command(out, "error title=deployctl", data(error.reason() + hint));
    }
    out.flush();
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

  /** The page: the verdict, what failed hosts told, then a table of hosts. */
  public static String markdown(RolloutOutcome outcome, @Nullable String environment) {
    HostNames names = names(outcome);
    StringBuilder page = new StringBuilder("## ");
    page.append(outcome.exitCode() == 0 ? "✓ " : "✗ ")
        .append(cell(outcome.app() + (environment == null ? "" : " in " + environment)))
        .append("\n\n")
        .append(cell(OutcomeSentence.of(outcome, names)))
        .append("\n");
    // Those that failed come first, so that a long table is not cut where it matters.
    List<HostOutcome> hosts =
        outcome.hosts().stream()
            .sorted(Comparator.comparingInt(host -> host.failure() ? 0 : 1))
            .toList();
    hosts.stream().limit(TOLD).forEach(host -> why(page, host, names));
    page.append("\n| host | zone | outcome |\n|---|---|---|\n");
    int shown = 0;
    while (shown < Math.min(ROWS, hosts.size()) && page.length() < FULL) {
      HostOutcome host = hosts.get(shown++);
      page.append("| ")
          .append(cell(names.of(host.host())))
          .append(" | ")
          .append(cell(host.host().zone()))
          .append(" | ")
          .append(host.kind().mark())
          .append(' ')
          .append(cell(OutcomeText.of(host)))
          .append(" |\n");
    }
    if (hosts.size() > shown) {
      page.append("\nand ").append(Wording.count(hosts.size() - shown, "more host")).append("\n");
    }
    return page.toString();
  }

  private static void why(StringBuilder page, HostOutcome host, HostNames names) {
    HostError.Verdict verdict =
        switch (host) {
          case HostOutcome.Failed failed -> failed.error().verdict();
          case HostOutcome.RollbackFailed failed -> failed.error().verdict();
          default -> null;
        };
    if (verdict == null || page.length() > FULL / 2) {
      return;
    }
    page.append("\n### ").append(cell(names.of(host.host()))).append("\n");
    fact(page, "Last probe: ", verdict.probe());
    fact(page, "Container: ", verdict.container());
    List<String> lines = verdict.lines();
    if (!lines.isEmpty()) {
      page.append("\n<pre>\n");
      lines
          .subList(Math.max(0, lines.size() - LINES), lines.size())
          .forEach(line -> page.append(cell(line)).append("\n"));
      page.append("</pre>\n");
    }
  }

  private static void fact(StringBuilder page, String label, @Nullable String text) {
    if (text != null) {
      page.append("\n").append(label).append(cell(text)).append("\n");
    }
  }

  private static HostNames names(RolloutOutcome outcome) {
    return new HostNames(outcome.hosts().stream().map(HostOutcome::host).toList());
  }

  private static void command(PrintWriter out, String command, String title, String message) {
    command(out, command + " title=" + property(title), data(message));
  }

  private static void command(PrintWriter out, String command, String data) {
    out.print("::" + command + "::" + data + "\n");
  }

  private static String cut(String text) {
    String safe = Printable.text(text);
    return safe.length() <= LONGEST_TEXT ? safe : safe.substring(0, LONGEST_TEXT) + " …";
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
    cut(text)
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
