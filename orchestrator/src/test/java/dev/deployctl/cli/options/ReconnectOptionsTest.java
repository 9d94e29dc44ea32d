package dev.deployctl.cli.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code --reconnect-timeout}, and its former name. */
final class ReconnectOptionsTest {
  private static Duration timeout(String... arguments) {
    ReconnectOptions options = new ReconnectOptions();
    CommandLine commandLine = new CommandLine(options);
    Converters.register(commandLine);
    commandLine.parseArgs(arguments);
    return options.timeout();
  }

  @Test
  void theDefaultIsThreeMinutes() {
    assertThat(timeout()).isEqualTo(Duration.ofMinutes(3));
  }

  @Test
  void theFormerNameIsAccepted() {
    assertThat(timeout("--patience=5s")).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void thePresentNameTakesPrecedence() {
    assertThat(timeout("--patience=5s", "--reconnect-timeout=7s")).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void helpShowsThePresentNameAlone() {
    assertThat(new CommandLine(new ReconnectOptions()).getUsageMessage())
        .contains("--reconnect-timeout")
        .doesNotContain("--patience");
  }
}
