package dev.deployctl.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TarTest {
  @TempDir private Path directory;

  private static ManagedFile file(String path, String text) {
    return new ManagedFile(path, text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void tarListsWhatWasWritten() throws Exception {
    byte[] tar =
        Tar.of(
            List.of(
                file("host.conf", ""),
                file("apps/blog.conf", "x".repeat(512)),
                file("env/blog.env", "NAME=value\n")));

    assertThat(listed(tar).lines())
        .containsExactly(
            "-rw-r--r-- 0/0 0 1970-01-01 00:00 host.conf",
            "-rw-r--r-- 0/0 512 1970-01-01 00:00 apps/blog.conf",
            "-rw------- 0/0 11 1970-01-01 00:00 env/blog.env");
    assertThat(tar.length % 512).isZero();
  }

  private String listed(byte[] tar) throws Exception {
    Path archive = Files.write(directory.resolve("set.tar"), tar);
    ProcessBuilder list =
        new ProcessBuilder("tar", "-t", "-v", "--numeric-owner", "-f", archive.toString());
    list.environment().put("TZ", "UTC");
    Process process = list.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said.replaceAll(" +", " ");
  }

  @Test
  void theSameFilesMakeTheSameBytes() {
    assertThat(Tar.of(List.of(file("host.conf", "a"))))
        .isEqualTo(Tar.of(List.of(file("host.conf", "a"))));
  }

  @Test
  void aNameThatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> Tar.of(List.of(file("a".repeat(101), ""))))
        .hasMessageContaining("too long");
  }
}
