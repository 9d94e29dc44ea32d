package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** rollback: to the releases before the last rollout, whatever was restarted since. */
final class RollbackCliTest {
  private static final Pattern ROLLOUT = Pattern.compile("rollout (r-[a-z0-9]+)");

  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;

  @BeforeEach
  void hosts() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2", "web-3");
  }

  private CliFixture.Finished done(String... arguments) {
    CliFixture.Finished finished = fixture.run(arguments);
    assertThat(finished.exit()).as(finished.out() + finished.err()).isZero();
    return finished;
  }

  private static String text(CliFixture.Finished finished) {
    return (finished.out() + finished.err()).replaceAll("\\s+", " ");
  }

  private static String rollout(CliFixture.Finished finished) {
    Matcher matcher = ROLLOUT.matcher(finished.out());
    String last = "";
    while (matcher.find()) {
      last = matcher.group(1);
    }
    return last;
  }

  private void assertAllRun(String tag) {
    assertThat(fixture.hosts()).allSatisfy(host -> assertThat(host.serving().tag()).isEqualTo(tag));
  }

  @Test
  void aRollbackAfterARestartGoesBackToWhatRanBeforeTheRollout() {
    String rollout = rollout(done("rollout", "blog", "--tag=v2", "--yes"));
    String restart = rollout(done("restart", "blog", "--yes"));

    CliFixture.Finished back = done("rollback", "blog", "--yes");

    assertAllRun("v1");
    assertThat(text(back))
        .contains("rolls back rollout " + rollout)
        .contains("restarts since that rollout go with it (" + restart + ")");
  }

  @Test
  void aRestartOfAFewHostsIsNoRolloutOfItsOwn() {
    done("rollout", "blog", "--tag=v2", "--yes");
    done("restart", "blog", "--yes", "--hosts=web-2");
    done("rollback", "blog", "--yes");
    assertAllRun("v1");
  }

  @Test
  void aRestartThatIsNamedIsTakenBackAloneAndTheWayFurtherIsSaid() {
    String rollout = rollout(done("rollout", "blog", "--tag=v2", "--yes"));
    String restart = rollout(done("restart", "blog", "--yes"));

    CliFixture.Finished alone = done("rollback", "blog", "--yes", "--rollout", restart);
    assertAllRun("v2");
    String further = "deployctl rollback blog --rollout " + rollout;
    assertThat(text(alone)).contains("rolls back a restart alone, the image stays; " + further);

    CliFixture.Finished again = fixture.run("rollback", "blog", "--yes");
    assertThat(again.exit()).isEqualTo(3);
    assertThat(text(again)).contains("was itself a rollback", further);
    done("rollback", "blog", "--yes", "--rollout", rollout);
    assertAllRun("v1");
  }

  @Test
  void hostsThatDifferAreNamedWithTheRolloutsThatTakeThemBack() {
    String two = rollout(done("rollout", "blog", "--tag=v2", "--yes", "--hosts=web-1,web-2"));
    String one = rollout(done("rollout", "blog", "--tag=v2", "--yes", "--hosts=web-3"));

    CliFixture.Finished plan = done("rollback", "blog", "--dry-run", "--rollout", one);
    assertThat(text(plan))
        .contains("deployctl rollback blog --rollout " + two + " (web-1, web-2)")
        .contains("back v2 (sha256:5b67fc6c94fe) → v1 (sha256:7e6736cb5505) on web-3");

    CliFixture.Finished unknown =
        fixture.run("rollback", "blog", "--yes", "--rollout", "r-nothing");
    assertThat(unknown.exit()).isEqualTo(3);
    assertThat(text(unknown)).contains(two + " (web-1, web-2)", one + " (web-3)");
  }
}
