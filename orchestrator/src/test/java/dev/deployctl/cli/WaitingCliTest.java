package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A command that waits for hosts says so on the terminal, and leaves nothing of it behind. */
final class WaitingCliTest {
  private static final String ERASE = "\r\u001b[K";

  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;

  @BeforeEach
  void twoHosts() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status blog",
        "status blog --json",
        "history blog",
        "logs blog",
        "plan blog --tag v2",
        "rollout blog --tag v2 --yes --quiet",
        "rollback blog --yes",
        "restart blog --yes",
        "stop blog --yes",
        "start blog --yes",
        "maintenance blog on --yes",
        "lock blog",
        "unlock blog",
        "env list blog",
        "schedules blog",
        "doctor blog"
      })
  void terminalShowsThatHostsAreFoundAndAsked(String line) {
    fixture.personLooks();

    String err = fixture.run(line.split(" ", -1)).err();

    assertThat(err)
        .contains(ERASE + "finding hosts …\r", ERASE + "asking 2 hosts …\r")
        .doesNotEndWith("…\r");
    int asked = err.indexOf("asking 2 hosts …\r");
    assertThat(err.indexOf("finding hosts …\r")).isBetween(0, asked);
    assertThat(err.substring(asked)).as("nothing of it stays").contains("\r" + ERASE);
  }

  @Test
  void hostsSaysThatItFindsThem() {
    fixture.personLooks();

    assertThat(fixture.run("hosts", "blog").err()).isEqualTo(ERASE + "finding hosts …\r" + ERASE);
  }

  @Test
  void commandForOneHostNamesIt() {
    fixture.personLooks();

    assertThat(fixture.run("run", "blog", "--", "true").err()).contains("asking web-1 …\r");
  }

  @Test
  void withoutATerminalNothingOfItIsWritten() {
    assertThat(fixture.run("status", "blog").err()).doesNotContain("…", "\u001b", "\r");
  }
}
