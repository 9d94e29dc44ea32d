package dev.deployctl.output.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TerminalTest {
  private static Terminal tty(Map<String, String> environment) {
    return Terminal.of(true, environment, () -> Optional.of(new Terminal.Size(132, 50)));
  }

  private static Terminal pipe(Map<String, String> environment) {
    return Terminal.of(
        false,
        environment,
        () -> {
          throw new AssertionError("nobody asks a pipe for its size");
        });
  }

  @Test
  void aTerminalHasItsOwnSizeColoursAndIsRedrawn() {
    assertThat(tty(Map.of("LANG", "en_US.UTF-8", "TERM", "xterm")))
        .isEqualTo(new Terminal(132, 50, true, true, true));
  }

  @Test
  void aPipeHasNeitherWidthNorColours() {
    assertThat(pipe(Map.of("TERM", "xterm", "LC_ALL", "C.UTF-8")))
        .isEqualTo(new Terminal(Terminal.UNLIMITED, 24, false, true, false));
  }

  @Test
  void noColorWinsOverEverythingUnlessItIsEmpty() {
    assertThat(tty(Map.of("NO_COLOR", "1", "CLICOLOR_FORCE", "1")).colour()).isFalse();
    assertThat(tty(Map.of("NO_COLOR", "")).colour()).isTrue();
  }

  @Test
  void clicolorForceColoursAPipeUnlessItIsZero() {
    assertThat(pipe(Map.of("CLICOLOR_FORCE", "1")).colour()).isTrue();
    assertThat(pipe(Map.of("CLICOLOR_FORCE", "0")).colour()).isFalse();
  }

  @Test
  void aDumbTerminalIsNeitherColouredNorRedrawn() {
    Terminal dumb = tty(Map.of("TERM", "dumb"));
    assertThat(dumb.colour()).isFalse();
    assertThat(dumb.interactive()).isFalse();
    assertThat(dumb.width()).isEqualTo(132);
  }

  @Test
  void columnsIsTheUsersWord() {
    assertThat(tty(Map.of("COLUMNS", "100")).width()).isEqualTo(100);
    assertThat(pipe(Map.of("COLUMNS", "100")).width()).isEqualTo(100);
    for (String nonsense : new String[] {"", "0", "-1", "wide", "1e9", "99999999999"}) {
      assertThat(tty(Map.of("COLUMNS", nonsense)).width()).isEqualTo(132);
    }
  }

  @Test
  void aTerminalThatDoesNotTellItsSizeIsOfTheUsualOne() {
    Terminal terminal = Terminal.of(true, Map.of(), Optional::empty);
    assertThat(terminal.width()).isEqualTo(80);
    assertThat(terminal.height()).isEqualTo(24);
  }

  @Test
  void theFirstLocaleVariableThatIsSetDecides() {
    assertThat(tty(Map.of("LC_ALL", "C", "LANG", "en_US.UTF-8")).unicode()).isFalse();
    assertThat(tty(Map.of("LC_ALL", "", "LC_CTYPE", "de_DE.utf8")).unicode()).isTrue();
    assertThat(tty(Map.of()).unicode()).isFalse();
  }

  @Test
  void readsWhatSttySays() {
    assertThat(Terminal.Size.parse("24 80\n")).contains(new Terminal.Size(80, 24));
    for (String nonsense : new String[] {"", "0 0", "24", "24 80 1", "a b", "-1 80"}) {
      assertThat(Terminal.Size.parse(nonsense)).isEmpty();
    }
  }
}
