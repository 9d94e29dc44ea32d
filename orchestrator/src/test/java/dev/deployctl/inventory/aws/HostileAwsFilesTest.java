package dev.deployctl.inventory.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.model.DeployException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** AWS files and command lines with mistakes or hostile content. */
final class HostileAwsFilesTest {
  @Provide
  Arbitrary<String> profiles() {
    return Arbitraries.of(
            "[",
            "]",
            "[profile a]",
            "[default]",
            "\n",
            " ",
            "=",
            "#",
            ";",
            "key",
            "value",
            "\u0000",
            "\ufeff",
            "é",
            "\r\n",
            "\t",
            "s3 =\n  a = b\n")
        .list()
        .ofMaxSize(30)
        .map(parts -> String.join("", parts));
  }

  @Property(tries = 2000)
  void anyProfileFileIsReadOrRefused(@ForAll("profiles") String text) throws IOException {
    Path file = Files.createTempFile("profiles", "");
    try {
      Files.writeString(file, text);
      assertThat(AwsConfigFile.read(file)).isNotNull();
    } catch (DeployException e) {
      assertThat(e).hasMessageStartingWith(file + ":");
    } finally {
      Files.delete(file);
    }
  }

  @Property(tries = 2000)
  void quotedWordsComeBackAsTheyWere(@ForAll List<String> words) {
    String line =
        words.stream()
            .map(word -> "'" + word.replace("'", "'\\''") + "'")
            .collect(Collectors.joining(" "));

    assertThat(ShellWords.split(line)).contains(words);
  }

  @Property(tries = 2000)
  void anyCommandLineIsSplitOrRefused(@ForAll String line) {
    assertThat(ShellWords.split(line)).isNotNull();
  }
}
