package dev.deployctl.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.event.HostError;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.Problem;
import dev.deployctl.model.ProblemsException;
import dev.deployctl.output.report.CiAnnotations;
import dev.deployctl.output.report.Invocation;
import dev.deployctl.output.report.Summary;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import dev.deployctl.rollout.outcome.Step;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Reports of a rollout: the summary, and the annotations of a CI run. */
class ReportsTest {
  private static final String HOSTILE =
      "<script>alert(1)</script> & \"x\" 'y' | [a](b) `c`\n::error::forged\u001b[2J";

  private final RolloutOutcome badDay =
      Fixtures.outcome(Ending.OVER_BUDGET, Fixtures.V2, EveryEvent.outcomes());

  private static RolloutOutcome hostile() {
    Host host = new Host("i-1", HOSTILE, "10.0.0.1", HOSTILE, Map.of());
    HostError error =
        new HostError(
            "internal",
            HOSTILE,
            HOSTILE,
            HOSTILE,
            new HostError.Verdict(HOSTILE, HOSTILE, List.of(HOSTILE)));
    HostOutcome failed =
        new HostOutcome.Failed(
            host, Fixtures.V1, Fixtures.V2, new Step(HOSTILE), error, false, Duration.ofSeconds(1));
    return new RolloutOutcome(
        Fixtures.ROLLOUT,
        Fixtures.BLOG,
        Ending.OVER_BUDGET,
        Fixtures.V2,
        List.of(failed),
        0,
        Duration.ofSeconds(2),
        List.of(HOSTILE));
  }

  @Test
  void annotationsAreForTheRunnerOfGithubActionsAlone() {
    assertThat(CiAnnotations.wanted(Map.of("GITHUB_ACTIONS", "true")::get)).isTrue();
    assertThat(CiAnnotations.wanted(Map.of("CI", "true")::get)).isFalse();
  }

  @Test
  void eachFailedHostIsAnnotated() {
    Golden.check("annotations", annotations(badDay));
    Golden.check("annotations-markdown", CiAnnotations.markdown(badDay, "production"));
  }

  @Test
  void thePageOfALargeFleetIsCutAfterThoseThatFailed() {
    List<HostOutcome> many = new ArrayList<>();
    Fixtures.hosts(1000).forEach(host -> many.add(Fixtures.untouched(host)));
    many.add(Fixtures.failed(Fixtures.host("last", "c")));
    String page =
        CiAnnotations.markdown(Fixtures.outcome(Ending.OVER_BUDGET, Fixtures.V2, many), null);
    assertThat(page).contains("### last", "ERROR missing migration", "and 701 more hosts");
    assertThat(page.lines().filter(line -> line.startsWith("| ")).skip(1).findFirst())
        .hasValueSatisfying(row -> assertThat(row).startsWith("| last |"));
    assertThat(page).hasSizeLessThan(1 << 19);
  }

  @Test
  void aPageIsNeverLargerThanTheRunnerTakesWhateverHostsSay() {
    String loud = "|".repeat(5000);
    HostError error =
        new HostError(
            "internal",
            loud,
            loud,
            null,
            new HostError.Verdict(loud, loud, Collections.nCopies(200, loud)));
    List<HostOutcome> many = new ArrayList<>();
    for (Host host : Fixtures.hosts(400)) {
      many.add(
          new HostOutcome.Failed(
              host,
              Fixtures.V1,
              Fixtures.V2,
              new Step("health"),
              error,
              false,
              Duration.ofSeconds(1)));
    }
    String page =
        CiAnnotations.markdown(Fixtures.outcome(Ending.OVER_BUDGET, Fixtures.V2, many), null);
    assertThat(page.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(1 << 20);
    assertThat(page).endsWith(" more hosts\n").contains("| web-a001 | a | ✗ ");
  }

  @Test
  void aMistakeInAFileIsAnnotatedAtItsLine() {
    StringWriter text = new StringWriter();
    CiAnnotations.print(
        new ProblemsException(
            List.of(
                new Problem("deployctl.yml", 3, 5, "apps.blog", "unknown key hosst", "hosts"),
                new Problem("a,b:c.yml", 9, 1, "", "50%\n::error::forged", null)),
            "fix them"),
        new PrintWriter(text),
        file -> "/src/" + file);
    assertThat(text.toString())
        .isEqualTo(
            """
            ::error file=/src/a%2Cb%3Ac.yml,line=9,col=1::50%25 ::error::forged
            ::error file=/src/deployctl.yml,line=3,col=5::apps.blog: unknown key hosst (did you mean hosts?)
            """);
  }

  @Test
  void anErrorIsAnnotatedWithWhatToDo() {
    StringWriter text = new StringWriter();
    CiAnnotations.print(
        new DeployException(FailureKind.LOCKED, "blog is held by bob", "wait"),
        new PrintWriter(text),
        file -> file);
    assertThat(text.toString()).isEqualTo("::error title=deployctl::blog is held by bob; wait\n");
  }

  @Test
  void nobodyCanForgeAnAnnotationOrATable() {
    assertThat(annotations(hostile()).lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).matches("::(error|notice) title=[^:,]*::[^\u001b]*"));
    String markdown = CiAnnotations.markdown(hostile(), null);
    assertThat(markdown).doesNotContain("<script", "[a](b)", "\u001b");
    String row = markdown.lines().toList().getLast();
    assertThat(row.chars().filter(c -> c == '|').count()).isEqualTo(4);
  }

  /** A CI runner obeys a line that begins with two colons, blanks before it or not. */
  @Test
  void noLineOfTheSummaryIsACommandToARunner() {
    HostError error =
        new HostError(
            "release-failed",
            "never healthy",
            null,
            null,
            new HostError.Verdict(null, null, List.of("one", "::add-mask::x", "  ::error::y")));
    HostOutcome failed =
        new HostOutcome.Failed(
            Fixtures.host("web-a1", "a"),
            Fixtures.V1,
            Fixtures.V2,
            new Step("health"),
            error,
            false,
            Duration.ofSeconds(1));
    RolloutOutcome outcome = Fixtures.outcome(Ending.OVER_BUDGET, Fixtures.V2, List.of(failed));
    String text =
        Golden.print(
            (out, t) ->
                new Summary(out, t, new Invocation("rollout", null, List.of(), List.of()))
                    .print(outcome),
            Terminal.plain(true));
    assertThat(text).contains("| ::add-mask::x");
    assertThat(text.lines()).noneMatch(line -> line.strip().startsWith("::"));
  }

  private static String annotations(RolloutOutcome outcome) {
    StringWriter text = new StringWriter();
    CiAnnotations.print(outcome, new PrintWriter(text));
    return text.toString();
  }
}
