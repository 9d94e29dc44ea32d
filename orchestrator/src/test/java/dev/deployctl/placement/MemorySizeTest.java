package dev.deployctl.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.model.DeployException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Amounts of memory, as people write and read them. */
class MemorySizeTest {
  @Test
  void isReadAsTheHostsReadIt() {
    assertThat(MemorySize.parse("512m").bytes()).isEqualTo(512L << 20);
    assertThat(MemorySize.parse("2G").bytes()).isEqualTo(2L << 30);
    assertThat(MemorySize.parse("1t").bytes()).isEqualTo(1L << 40);
    assertThat(MemorySize.parse("7k").bytes()).isEqualTo(7L << 10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "512", "0m", "-1m", "1.5g", "m", "512mb", "99999999999999999999m"})
  void anythingElseIsRefusedWithAnExample(String text) {
    assertThatThrownBy(() -> MemorySize.parse(text))
        .isInstanceOf(DeployException.class)
        .hasMessageContaining("not an amount of memory");
  }

  @Test
  void isWrittenInMebibytes() {
    assertThat(new MemorySize((1536L << 20) + 5)).hasToString("1,536 MiB");
  }
}
