package dev.deployctl.output.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.output.Golden;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrintableTest {
  private static final Terminal UNICODE = new Terminal(80, 24, false, true, true);
  private static final Terminal ASCII = new Terminal(80, 24, false, false, true);

  @Test
  void coloursAndTitlesGoWhole() {
    assertThat(
            Printable.text("\u001b[1;31mERROR\u001b[0m x\u001b]0;title\u0007y\u001b]8;;u\u001b\\z"))
        .isEqualTo("ERROR xyz");
    assertThat(Printable.text("\u001b(Ba\u001bMb\u009b31mc\u001bPq\u001b\\d")).isEqualTo("abcd");
  }

  @Test
  void aSequenceThatNeverEndsHidesNoEscape() {
    assertThat(Printable.text("a\u001b[31")).isEqualTo("a31");
    assertThat(Printable.text("a\u001b")).isEqualTo("a");
  }

  @Test
  void linesBecomeOne() {
    assertThat(Printable.text("a\nb\tc\r\nd\u2028e")).isEqualTo("a b c d e");
  }

  @Test
  void whatTurnsOrHidesTextGoes() {
    assertThat(Printable.text("a\u202eb\u2066c\u200bd\ufeffe\u0007f\u007fg\ud800h"))
        .isEqualTo("abcdefgh");
  }

  @Test
  void peopleWriteInTheirOwnLetters() {
    assertThat(Printable.text("Größe 名前 👩‍💻")).isEqualTo("Größe 名前 👩‍💻");
    assertThat(Printable.ascii("Größe → 名 ✓ “x” …")).isEqualTo("Gr??e -> ? + \"x\" ...");
  }

  @Property(tries = 2000)
  void nothingThatMovesACursorSurvives(@ForAll String raw) {
    assertThat(Printable.text(raw).codePoints())
        .noneMatch(Character::isISOControl)
        .noneMatch(point -> point >= 0x202a && point <= 0x202e);
    assertThat(Printable.ascii(raw).chars()).allMatch(c -> c >= 0x20 && c < 0x7f);
  }

  @Property(tries = 2000)
  void aLineIsNeverWiderThanAsked(
      @ForAll String a, @ForAll String b, @ForAll @IntRange(max = 40) int columns) {
    for (Terminal terminal : new Terminal[] {UNICODE, ASCII}) {
      Line line = new Line(terminal).add(a).add(Colour.BAD, b);
      assertThat(Columns.of(line.text(columns))).isLessThanOrEqualTo(columns);
      assertThat(line.width()).isGreaterThanOrEqualTo(Columns.of(line.text()));
    }
  }

  @ParameterizedTest
  @CsvSource({"abc,3", "名前,4", "ｱｲ,2", "ＡＢ,4", "é,1", "e\u0301,1", "한글,4", "✓✗▶·→…,6", "👍,2"})
  void wideLettersTakeTwoColumns(String text, int columns) {
    assertThat(Columns.of(text)).isEqualTo(columns);
  }

  @Test
  void aCutLineSaysSo() {
    assertThat(new Line(UNICODE).add("名前名前").text(6)).isEqualTo("名前…");
    assertThat(new Line(ASCII).add("abcdefgh").text(6)).isEqualTo("abc...");
    assertThat(new Line(UNICODE).add("abcdefgh").text(8)).isEqualTo("abcdefgh");
    assertThat(new Line(Golden.COLOUR_80).add(Colour.BAD, "abcdef").text(4))
        .isEqualTo("\u001b[31mabc\u001b[0m\u001b[2m…\u001b[0m");
  }

  @Test
  void anErrorHasItsHintBelowIt() {
    DeployException error =
        new DeployException(
            FailureKind.CONFIG,
            "2 mistakes:\n  deployctl.yml:1:1: apps: missing\n  \u001b[2Jdeployctl.yml:2:1: x",
            "see docs/configuration.md");
    assertThat(Golden.print((out, t) -> new ErrorPrinter(out, t).print(error), UNICODE))
        .isEqualTo(
            """
            deployctl: 2 mistakes:
              deployctl.yml:1:1: apps: missing
              deployctl.yml:2:1: x
              see docs/configuration.md
            """);
  }
}
