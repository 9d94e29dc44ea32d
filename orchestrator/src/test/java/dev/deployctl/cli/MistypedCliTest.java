package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mistyped commands and options are named, with the one that was probably meant. */
final class MistypedCliTest {
  @TempDir private Path directory;
  private CliFixture fixture;

  @BeforeEach
  void begin() throws Exception {
    fixture = new CliFixture(directory, "web-1");
  }

  @AfterEach
  void end() throws Exception {
    fixture.close();
  }

  @ParameterizedTest
  @CsvSource({
    "rolout blog --tag v2, deployctl has no command 'rolout', rollout",
    "rollou, deployctl has no command 'rollou', rollout",
    "Status blog, deployctl has no command 'Status', status",
    "stauts blog, deployctl has no command 'stauts', status",
    "boot web-1, deployctl has no command 'boot', bootstrap",
    "help rolout, deployctl has no command 'rolout', rollout",
    "rollout blog --tga v2, deployctl rollout has no option '--tga', --tag",
    "rollout blog --tag v2 --dryrun, deployctl rollout has no option '--dryrun', --dry-run",
    "rollout blog --tag v2 --batchsize=3, deployctl rollout has no option '--batchsize',"
        + " --batch-size",
    "status --jsn blog, deployctl status has no option '--jsn', --json",
    "--verbos status blog, deployctl has no option '--verbos', --verbose"
  })
  void theOneThatWasMeantIsSuggested(String line, String message, String suggestion) {
    CliFixture.Finished finished = fixture.runBare(line.split(" "));

    assertThat(finished.exit()).isEqualTo(2);
    assertThat(finished.err())
        .startsWith("deployctl: " + message + "\n")
        .contains("did you mean " + suggestion + "?");
  }

  @Test
  void nothingIsSuggestedWhereNothingIsNear() {
    CliFixture.Finished finished = fixture.runBare("xylophone");

    assertThat(finished.err())
        .isEqualTo(
            """
            deployctl: deployctl has no command 'xylophone'
              deployctl --help lists what it understands
            """);
    assertThat(fixture.runBare("status", "blog", "shop").err())
        .startsWith("deployctl: one argument too many: 'shop'\n");
    assertThat(fixture.runBare("packagin", "x").err())
        .as("hidden commands stay hidden")
        .doesNotContain("packaging");
  }

  @Test
  void withoutACommandTheHelpIsPrinted() {
    CliFixture.Finished finished = fixture.runBare();

    assertThat(finished.exit()).as("nothing was done").isEqualTo(2);
    assertThat(finished.out()).contains("Usage: deployctl", "rollout", "--help --all");
    assertThat(finished.err()).isEmpty();
  }
}
