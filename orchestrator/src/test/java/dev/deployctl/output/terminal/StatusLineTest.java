package dev.deployctl.output.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;

class StatusLineTest {
  private static final String ERASE = "\r\u001b[K";

  private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
  private final StatusLine status = StatusLine.on(terminal, true);

  private String shown() {
    return terminal.toString(UTF_8);
  }

  @Test
  void isErasedByWhatIsPrintedNext() throws IOException {
    OutputStream out = status.before(terminal);

    status.show("finding hosts");
    status.show("asking 12 hosts");
    out.write("web-1\n".getBytes(UTF_8));
    out.write("web-2\n".getBytes(UTF_8));

    assertThat(shown())
        .isEqualTo(
            ERASE + "finding hosts …\r" + ERASE + "asking 12 hosts …\r" + ERASE + "web-1\nweb-2\n");
  }

  @Test
  void isErasedOnce() {
    status.show("finding hosts");
    status.erase();
    status.erase();

    assertThat(shown()).isEqualTo(ERASE + "finding hosts …\r" + ERASE);
  }

  @Test
  void withoutATerminalNothingIsWritten() throws IOException {
    StatusLine none = StatusLine.none();
    OutputStream out = none.before(terminal);

    none.show("finding hosts");
    none.erase();
    out.write('x');

    assertThat(shown()).isEqualTo("x");
  }

  @Test
  void nothingHostileReachesTheTerminal() {
    status.show("asking \u001b]0;title\u0007web-1");

    assertThat(shown().substring(ERASE.length())).doesNotContain("\u001b", "\u0007");
  }

  @Test
  void onlyAsciiWhereTheTerminalHasNoMore() {
    StatusLine.on(terminal, false).show("finding hosts");

    assertThat(shown()).isEqualTo(ERASE + "finding hosts ...\r");
  }
}
