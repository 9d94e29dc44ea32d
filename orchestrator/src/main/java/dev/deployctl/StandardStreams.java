package dev.deployctl;

import dev.deployctl.output.terminal.Console;
import dev.deployctl.output.terminal.StatusLine;
import dev.deployctl.output.terminal.Terminal;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The process's standard streams. A write to standard output that fails is remembered. */
final class StandardStreams {
  private final Recorder standardOutput = new Recorder(new FileOutputStream(FileDescriptor.out));
  private final Console console;

  StandardStreams(Map<String, String> environment) {
    Terminal terminal = Terminal.of(isTerminal(), environment, StandardStreams::size);
    Charset charset = terminal.unicode() ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII;
    FileOutputStream standardError = new FileOutputStream(FileDescriptor.err);
    boolean looking =
        errorsToTerminal()
            && environment.get("CI") == null
            && !"dumb".equals(environment.get("TERM"));
    StatusLine status =
        looking ? StatusLine.on(standardError, terminal.unicode()) : StatusLine.none();
    this.console =
        new Console(
            new PrintWriter(status.before(standardOutput), false, charset),
            new PrintWriter(status.before(standardError), false, charset),
            terminal,
            terminal,
            status,
            TerminalSize.bySignal(StandardStreams::size),
            StandardStreams::answer);
  }

  Console console() {
    return console;
  }

  /**
   * Flushes both streams. Returns the exit code of the program: where standard output could not be
   * written, that is said on standard error and never counts as success.
   *
   * @param exit the exit code of the command
   */
  int end(int exit) {
    console.out().flush();
    console.status().erase();
    IOException failure = standardOutput.failure;
    if (failure != null) {
      console
          .err()
          .println(
              "deployctl: standard output could not be written ("
                  + failure.getMessage()
                  + "): what was printed is incomplete. The command itself ended with exit code "
                  + exit
                  + ".");
    }
    console.err().flush();
    return failure == null || exit != 0 ? exit : 1;
  }

  @SuppressWarnings(
      "SystemConsoleNull") // The JDK 25's default console is null again without a terminal.
  private static boolean isTerminal() {
    java.io.Console standard = System.console();
    return standard != null && standard.isTerminal();
  }

  /** Returns whether standard error is a terminal, which Java tells of the other streams only. */
  private static boolean errorsToTerminal() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return target.matches("/dev/(pts/[0-9]+|tty.*|console)");
    } catch (IOException noProc) {
      return isTerminal();
    }
  }

  /** Asks for a passphrase without echo; null without a terminal. */
  @SuppressWarnings("SystemConsoleNull") // As above.
  static char @Nullable [] passphrase(Path keyFile) {
    java.io.Console standard = System.console();
    return standard == null ? null : standard.readPassword("Passphrase of %s: ", keyFile);
  }

  /** Asks for a secret without echo; null without a terminal. */
  @SuppressWarnings("SystemConsoleNull") // As above.
  static @Nullable String secret(String question) {
    java.io.Console standard = System.console();
    char[] secret = standard == null ? null : standard.readPassword("%s", question);
    return secret == null ? null : new String(secret);
  }

  /** Reads standard input to its end, or until there is more than the limit. */
  static byte[] input(int limit) {
    try {
      return System.in.readNBytes(limit + 1);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Asks the terminal, as a shell would. */
  private static Optional<Terminal.Size> size() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String said = new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      stty.waitFor(1, TimeUnit.SECONDS);
      return Terminal.Size.parse(said);
    } catch (IOException notHere) {
      return Optional.empty();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static @Nullable String answer() {
    try {
      return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
          .readLine();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Remembers the first write that failed, since a PrintWriter only says that one did. */
  private static final class Recorder extends FilterOutputStream {
    private volatile @Nullable IOException failure;

    Recorder(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      try {
        out.write(bytes, from, count);
      } catch (IOException failed) {
        failure = failure == null ? failed : failure;
        throw failed;
      }
    }
  }
}
