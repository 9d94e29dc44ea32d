package dev.deployctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A terminal is raw while it is handed over, and restored however the program ends. */
@Timeout(120)
@EnabledIf("hasTools")
class RawTerminalTest {
  static boolean hasTools() {
    return Files.exists(Path.of("/dev/ptmx")) && Files.exists(Path.of("/usr/bin/python3"));
  }

  /** The program that the tests run: it hands its terminal over, and ends as it is told. */
  static final class Program {
    public static void main(String[] arguments) throws Exception {
      try (RawTerminal terminal = RawTerminal.open(Map.of("TERM", "vt100"))) {
        terminal.output().write("raw\r\n".getBytes(StandardCharsets.UTF_8));
        switch (terminal.input().read()) {
          case 'q' -> {}
          case 't' -> throw new IllegalStateException("thrown");
          case 'x' -> System.exit(3);
          default -> Runtime.getRuntime().halt(4);
        }
      }
    }
  }

  private static List<String> play(String how) throws Exception {
    List<String> command = new ArrayList<>(List.of("/usr/bin/python3", "-B"));
    command.add(Path.of("src/test/resources/terminal/in_terminal.py").toString());
    command.add(how);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Program.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said.lines().toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"q", "t", "x", "h", "kill"})
  void theTerminalIsRestoredHoweverTheProgramEnds(String how) throws Exception {
    assertThat(play(how)).containsExactly("before cooked", "while raw", "after cooked");
  }

  @Test
  void withoutATerminalItIsAUsageError() {
    assertThat(System.console()).isNull();
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> RawTerminal.open(Map.of()).close())
        .hasMessageContaining("a console needs a terminal");
  }
}
