package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports of a rollout: the HTML page, and the output for GitHub Actions. */
final class ReportsCliTest {
  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;

  @BeforeEach
  void twoHosts() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2");
  }

  private Path summary() throws Exception {
    Path summary = Files.writeString(directory.resolve("summary.md"), "# Build\n");
    fixture.environment.put("GITHUB_ACTIONS", "true");
    fixture.environment.put("GITHUB_STEP_SUMMARY", summary.toString());
    return summary;
  }

  @Test
  void aPageTellsOfARolloutAndOfItsWayBack() throws Exception {
    Path page = directory.resolve("page.html");

    fixture.run("rollout", "blog", "--tag", "v2", "--yes", "--report", page.toString());
    assertThat(page).content().contains("Rollout of blog", "2 updated", "web-2");

    fixture.run("rollback", "blog", "--yes", "--report=" + page);
    assertThat(page).content().contains("2 rolled back");
  }

  @Test
  void aPageTellsWhatAFailedContainerSaid() throws Exception {
    Path page = directory.resolve("page.html");

    assertThat(
            fixture
                .run("rollout", "blog", "--tag", "v3", "--yes", "--json", "--report=" + page)
                .exit())
        .isEqualTo(1);

    assertThat(page).content().contains("What failed", "503 Service Unavailable");
  }

  @Test
  void aPageThatCannotBeWrittenIsSaidBeforeAnyHostIsAsked() {
    for (String file : new String[] {directory.toString(), directory + "/not/there.html"}) {
      CliFixture.Finished finished =
          fixture.run("rollout", "blog", "--tag", "v2", "--yes", "--report", file);

      assertThat(finished.exit()).isEqualTo(2);
      assertThat(finished.err()).contains("cannot be written", "nothing was touched");
    }
    assertThat(fixture.hosts()).allSatisfy(host -> assertThat(host.asked()).isEmpty());
  }

  @Test
  void aFileThatIsOnlyCheckedIsNotLeftBehind() {
    Path page = directory.resolve("page.html");

    fixture.run("rollout", "blog", "--tag", "v2", "--dry-run", "--report=" + page);

    assertThat(page).doesNotExist();
  }

  @Test
  void aReportThatFailsAfterASuccessfulRolloutFailsTheCommand() {
    Path page = becomesADirectoryDuringTheRollout();

    CliFixture.Finished finished =
        fixture.run("rollout", "blog", "--tag", "v2", "--yes", "--report=" + page);

    assertThat(finished.exit()).isEqualTo(1);
    assertThat(finished.err())
        .contains("error: the report was not written to " + page)
        .contains("the rollout itself succeeded");
    assertThat(fixture.host("web-2").serving().tag()).isEqualTo("v2");
  }

  @Test
  void aReportThatFailsAfterAFailedRolloutKeepsTheExitCode() {
    Path page = becomesADirectoryDuringTheRollout();

    CliFixture.Finished finished =
        fixture.run("rollout", "blog", "--tag", "v3", "--yes", "--report=" + page);

    assertThat(finished.exit()).isEqualTo(1);
    assertThat(finished.err()).contains("the rollout itself failed with exit code 1");
  }

  private Path becomesADirectoryDuringTheRollout() {
    Path page = directory.resolve("page.html");
    fixture.host("web-1").hears =
        verb -> {
          if (verb.equals("deploy")) {
            assertThat(page.toFile().mkdir()).isTrue();
          }
        };
    return page;
  }

  @Test
  void gitHubActionsGetsAnAnnotationAHostAndAPage() throws Exception {
    Path summary = summary();

    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v3", "--yes");

    assertThat(finished.exit()).isEqualTo(1);
    assertThat(finished.err().lines())
        .filteredOn(line -> line.startsWith("::error title=blog on web-1::health: "))
        .hasSize(1);
    assertThat(summary)
        .content()
        .startsWith("# Build\n")
        .contains("## ✗ blog", "| web-1 | a | ✗ ", "| web-2 | c | · untouched");
  }

  @Test
  void jsonStaysJsonInGitHubActions() throws Exception {
    summary();

    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v3", "--yes", "--json");

    assertThat(finished.json()).isNotEmpty();
    assertThat(finished.err()).contains("::error title=blog on web-1::");
  }

  @Test
  void aSummaryThatCannotBeWrittenDoesNotSpoilTheRollout() {
    fixture.environment.put("GITHUB_ACTIONS", "true");
    fixture.environment.put("GITHUB_STEP_SUMMARY", directory.toString());

    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v2", "--yes");

    assertThat(finished.exit()).isZero();
    assertThat(finished.err()).contains("warning: the job's summary was not written");
  }

  @Test
  void mistakesInTheConfigurationAreAnnotatedWhereTheyStand() throws Exception {
    summary();
    fixture.write("deployctl.yml", "inventory: { file: hosts.yml }\nappps: {}\n");

    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v2", "--yes");

    assertThat(finished.exit()).isEqualTo(2);
    assertThat(finished.err())
        .contains("::error file=" + directory.resolve("deployctl.yml") + ",line=2,col=");
  }

  @Test
  void elsewhereNothingIsAnnotated() {
    fixture.environment.put("CI", "true");

    assertThat(fixture.run("rollout", "blog", "--tag", "v3", "--yes").err()).doesNotContain("::");
  }
}
