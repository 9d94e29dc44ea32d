package dev.deployctl.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.model.DeployException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigFinderTest {
  @TempDir private Path directory;

  @Test
  void looksUpwardsWithinTheGitRepository() throws IOException {
    Path inner = Files.createDirectories(directory.resolve("repo/src/main"));
    Files.createDirectory(directory.resolve("repo/.git"));
    Path above = Files.writeString(directory.resolve("deployctl.yml"), "");

    assertThatThrownBy(() -> ConfigFinder.find(inner))
        .as("the file above the repository is another project's")
        .hasMessage(
            "there is no deployctl.yml in " + inner + " nor above it in its git repository");
    Path file = Files.writeString(directory.resolve("repo/deployctl.yml"), "");
    assertThat(ConfigFinder.find(inner)).isEqualTo(file);
    assertThat(ConfigFinder.find(directory)).isEqualTo(above);
  }

  @Test
  void withoutRepositoryOnlyThisDirectoryCounts() throws IOException {
    Files.writeString(directory.resolve("deployctl.yml"), "");
    Path inner = Files.createDirectory(directory.resolve("inner"));

    assertThatThrownBy(() -> ConfigFinder.find(inner)).isInstanceOf(DeployException.class);
  }

  @Test
  void knowsTheOtherSpelling() throws IOException {
    Files.writeString(directory.resolve("deployctl.yaml"), "");

    assertThatThrownBy(() -> ConfigFinder.find(directory))
        .isInstanceOfSatisfying(
            DeployException.class,
            e -> assertThat(e.hint()).isEqualTo("rename deployctl.yaml to deployctl.yml"));
  }
}
