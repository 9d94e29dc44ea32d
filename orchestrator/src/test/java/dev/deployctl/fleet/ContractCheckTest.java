package dev.deployctl.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.event.EventReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ContractCheckTest {
  private static final EventReader READER = new EventReader();

  static Stream<Path> transcripts() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../contract/transcripts"))) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  void recordedEventsOfTheHostScriptAreWellFormed(Path transcript) throws IOException {
    assertThat(Files.readAllLines(transcript).stream().flatMap(line -> READER.read(line).stream()))
        .isNotEmpty()
        .allSatisfy(event -> assertThat(ContractCheck.problem(event)).isNull());
  }
}
