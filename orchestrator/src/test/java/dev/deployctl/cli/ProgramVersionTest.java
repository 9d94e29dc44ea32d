package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The version that is printed, and what the build finds out about the commit. */
final class ProgramVersionTest {
  private static final Path SCRIPT = Path.of("src/build/commit").toAbsolutePath();
  private static final Map<String, String> GIT =
      Map.of(
          "GIT_AUTHOR_DATE", "2026-11-29T23:30:00-05:00",
          "GIT_COMMITTER_DATE", "2026-11-29T23:30:00-05:00",
          "GIT_CONFIG_GLOBAL", "/dev/null",
          "GIT_CEILING_DIRECTORIES", "/",
          "TZ", "Asia/Tokyo");

  @TempDir private Path directory;

  @BeforeEach
  void git() {
    Shell.required("git");
  }

  private void git(String... words) {
    List<String> command =
        new ArrayList<>(List.of("git", "-c", "user.name=a", "-c", "user.email=a@b"));
    command.addAll(List.of(words));
    Shell.Ended ended = Shell.run(directory, GIT, "", command);
    assertThat(ended.exit()).as(ended.out()).isZero();
  }

  private String printed() throws Exception {
    Path file = directory.resolve("target/commit.properties");
    Shell.Ended ended = Shell.run(directory, GIT, "", List.of(SCRIPT.toString(), file.toString()));
    assertThat(ended.exit()).as(ended.out()).isZero();
    Properties commit = new Properties();
    try (var text = Files.newBufferedReader(file)) {
      commit.load(text);
    }
    return ProgramVersion.line("0.2.0", commit);
  }

  private void commit() throws Exception {
    git("init", "-q");
    Files.writeString(directory.resolve("file"), "one");
    git("add", "file");
    git("commit", "-q", "-m", "first");
  }

  @Test
  void namesTheCommitAndItsDayWhereverItIsBuilt() throws Exception {
    commit();

    assertThat(printed()).matches("deployctl 0\\.2\\.0 \\(commit [0-9a-f]{12}, 2026-11-30\\)");
  }

  @Test
  void changesAfterTheCommitAreNamed() throws Exception {
    commit();
    Files.writeString(directory.resolve("file"), "two");

    assertThat(printed()).contains(" with changes, 2026-11-30)");
  }

  @Test
  void outsideGitTheVersionAloneIsPrinted() throws Exception {
    assertThat(printed()).isEqualTo("deployctl 0.2.0");
    assertThat(ProgramVersion.line(null, new Properties())).isEqualTo("deployctl (not packaged)");
  }
}
