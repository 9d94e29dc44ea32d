package dev.deployctl.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.ssh.transport.Tail;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Lines and ends of output, and quoted arguments, in pieces of any size. */
class StreamsTest {
  /** Returns its bytes in pieces of one size, as a network does. */
  private static InputStream inPieces(byte[] bytes, int size) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] to, int from, int length) {
        return super.read(to, from, Math.min(length, size));
      }
    };
  }

  private static List<String> lines(byte[] bytes, int pieces) throws IOException {
    EventLines lines = new EventLines(inPieces(bytes, pieces));
    List<String> all = new ArrayList<>();
    for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
      all.add(line.get());
    }
    return all;
  }

  @Property
  void readsLinesInPiecesOfAnySize(
      @ForAll @Size(max = 20) List<String> texts, @ForAll @IntRange(min = 1, max = 9) int pieces)
      throws IOException {
    List<String> clean =
        texts.stream().map(t -> new String(t.getBytes(UTF_8), UTF_8).replace("\n", "")).toList();
    String all = String.join("\n", clean);
    List<String> expected = all.isEmpty() ? List.of() : new ArrayList<>(clean);
    if (!expected.isEmpty() && expected.getLast().isEmpty()) {
      expected = expected.subList(0, expected.size() - 1);
    }
    assertThat(lines(all.getBytes(UTF_8), pieces)).isEqualTo(expected);
  }

  @Test
  void cutsALineAtTheLimitAndReadsTheNextWhole() throws IOException {
    for (int over : new int[] {-1, 0, 1, 100_000}) {
      String line = "x".repeat(EventLines.LONGEST + over);
      List<String> lines = lines((line + "\nnext\n").getBytes(UTF_8), 7777);
      assertThat(lines).hasSize(2);
      assertThat(lines.getFirst()).hasSize(Math.min(line.length(), EventLines.LONGEST));
      assertThat(lines.getLast()).isEqualTo("next");
    }
  }

  @Property
  void theTailIsTheEndOfTheText(
      @ForAll @IntRange(min = 0, max = 10_000) int length,
      @ForAll @IntRange(min = 1, max = 6000) int piece) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) ('a' + i % 26);
    }
    Tail tail = new Tail();
    for (int from = 0; from < length; from += piece) {
      int to = Math.min(length, from + piece);
      tail.add(Arrays.copyOfRange(bytes, from, to), to - from);
    }
    String whole = new String(bytes, UTF_8);
    assertThat(tail.text()).isEqualTo(whole.substring(Math.max(0, length - Tail.KEPT)));
  }

  @Property
  void theTailHasNoControlCharacters(@ForAll @Size(max = 300) byte[] bytes) {
    Tail tail = new Tail();
    tail.add(bytes, bytes.length);
    assertThat(tail.text())
        .matches(text -> text.chars().noneMatch(c -> c != '\n' && c != '\t' && c < ' '))
        .doesNotContain("\u001b", "\u009b", "\u007f", "\u202e");
  }

  @Test
  void theTailRemovesEscapeSequences() {
    Tail tail = new Tail();
    byte[] bytes =
        "\u001b]0;owned\u0007\u001b[2Jsudo: a\tpassword\r\nis required\u202e\n".getBytes(UTF_8);
    tail.add(bytes, bytes.length);
    assertThat(tail.text()).isEqualTo("]0;owned[2Jsudo: a\tpassword\nis required");
  }

  @Property(tries = 60)
  void theShellPassesQuotedArgumentsUnchanged(@ForAll @Size(min = 1, max = 4) List<String> words)
      throws Exception {
    List<String> clean =
        words.stream().map(w -> new String(w.getBytes(UTF_8), UTF_8).replace("\0", "")).toList();
    List<String> command = new ArrayList<>(List.of("printf", "%s\\0"));
    command.addAll(clean);
    Process shell = new ProcessBuilder("/bin/sh", "-c", ShellQuoting.line(command)).start();
    String output = new String(shell.getInputStream().readAllBytes(), UTF_8);
    assertThat(shell.waitFor()).isZero();
    assertThat(output).isEqualTo(String.join("\0", clean) + "\0");
  }

  @Test
  void refusesANulCharacterInAnArgument() {
    assertThatThrownBy(() -> ShellQuoting.line(List.of("a\0b")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
