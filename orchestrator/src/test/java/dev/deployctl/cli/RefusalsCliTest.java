package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A refusal names the option that lifts it, in a command that can be copied. */
final class RefusalsCliTest {
  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;

  @BeforeEach
  void threeHosts() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2", "web-3");
  }

  @ParameterizedTest
  @CsvSource({
    "rollout blog --tag v2 --yes, deployctl rollout blog --tag v2 --max-unreachable 1",
    "plan blog --tag v2, deployctl rollout blog --tag v2 --max-unreachable 1",
    "restart blog --yes, deployctl restart blog --max-unreachable 1",
    "rollback blog --yes, --max-unreachable 1 rolls back the others",
    "stop blog --yes, 'without it: --hosts web-2,web-3'",
    "lock blog, 'without it: --hosts web-2,web-3'",
    "run blog -- true, --hosts web-2 takes another host"
  })
  void unreachableHostCanBeLeftOut(String line, String way) throws Exception {
    fixture.server("web-1").close();

    CliFixture.Finished finished = fixture.run(line.split(" ", -1));

    assertThat(finished.exit()).isEqualTo(5);
    assertThat((finished.out() + finished.err()).replaceAll("\\s+", " ")).contains(way);
  }

  @ParameterizedTest
  @CsvSource({
    "rollout blog --tag v2 --yes, deployctl rollout blog --tag v2 --lock-wait 10m",
    "restart blog --yes, deployctl restart blog --lock-wait 10m"
  })
  void lockOfSomebodyElseCanBeWaitedFor(String line, String way) {
    fixture.host("web-2").lockedBySomebody();

    CliFixture.Finished finished = fixture.run(line.split(" ", -1));

    assertThat(finished.exit()).isEqualTo(4);
    assertThat(finished.out().replaceAll("\\s+", " ")).contains(way);
  }

  @Test
  void imageThatIsLiveEverywhereCanBeDeployedAgain() {
    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v1", "--yes");

    assertThat(finished.out()).contains("--force deploys it again");
  }
}
