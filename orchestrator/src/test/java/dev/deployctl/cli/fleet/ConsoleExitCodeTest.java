package dev.deployctl.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.event.HostErrorKind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A console's exit code is that of the command in it, unless the host had something to say. */
final class ConsoleExitCodeTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 5, 42, 126, 127, 130, 137, 143, 255})
  void commandsOwnExitCodeIsPassedOn(int code) {
    assertThat(ConsoleCommand.exitCode(code)).isEqualTo(code);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "INTERRUPTED")
  void errorOfTheHostIsAnErrorOfThisProgram(HostErrorKind kind) {
    assertThat(ConsoleCommand.exitCode(kind.exitCode()))
        .isEqualTo(kind == HostErrorKind.USAGE ? 2 : 1);
  }
}
