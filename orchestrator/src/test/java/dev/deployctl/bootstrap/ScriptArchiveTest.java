package dev.deployctl.bootstrap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.model.DeployException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive of the host script that the build packs into this program. */
final class ScriptArchiveTest {
  private static final Path SOURCE = Path.of("../host-script");

  @TempDir private Path directory;

  private static byte[] packed() throws IOException {
    try (InputStream archive = Bootstrap.class.getResourceAsStream(ScriptArchive.RESOURCE)) {
      return Objects.requireNonNull(archive, "the build has not packed it").readAllBytes();
    }
  }

  @Test
  void theArchiveHoldsEveryFileOfTheScript() throws Exception {
    Path archive = Files.write(directory.resolve("packed.tar"), packed());
    Path tree = Files.createDirectory(directory.resolve("tree"));
    Process tar =
        new ProcessBuilder("tar", "-x", "-C", tree.toString(), "-f", archive.toString())
            .inheritIO()
            .start();
    assertThat(tar.waitFor()).isZero();

    assertThat(files(tree)).isEqualTo(files(SOURCE));
    for (String file : files(tree)) {
      assertThat(tree.resolve(file)).hasSameBinaryContentAs(SOURCE.resolve(file)).isExecutable();
    }
  }

  private static List<String> files(Path tree) throws IOException {
    List<String> files = new ArrayList<>();
    for (String directory : List.of("bin", "deployctl_host", "packaging")) {
      try (Stream<Path> all = Files.walk(tree.resolve(directory))) {
        all.filter(Files::isRegularFile)
            .map(file -> tree.relativize(file).toString())
            .filter(file -> !file.endsWith(".pyc"))
            .forEach(files::add);
      }
    }
    Collections.sort(files);
    return files;
  }

  @Test
  void theVersionIsTheScriptsOwn() throws Exception {
    assertThat(Files.readString(SOURCE.resolve("deployctl_host/version.py")))
        .contains("VERSION = '" + ScriptArchive.read(packed(), "the test").version() + "'");
  }

  @Test
  void anArchiveWithoutAVersionIsRefused() {
    for (byte[] archive : List.of(new byte[0], new byte[1024], "not a tar".getBytes(UTF_8))) {
      assertThatThrownBy(() -> ScriptArchive.read(archive, "x.tar"))
          .isInstanceOf(DeployException.class)
          .hasMessageContaining("no version of the host script in x.tar");
    }
  }
}
