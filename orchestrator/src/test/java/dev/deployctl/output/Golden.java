package dev.deployctl.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.output.terminal.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;

/**
 * Compares the output of a printer with a reviewed file. {@code -Dgolden.update=true} writes the
 * files: review the difference before you commit it.
 */
public final class Golden {
  private static final Path DIRECTORY = Path.of("src/test/resources/output");

  /** The widths and styles in which each printer is tested. */
  public static final Terminal COLOUR_80 = new Terminal(80, 24, true, true, true);

  public static final Terminal COLOUR_120 = new Terminal(120, 40, true, true, true);
  public static final Terminal ASCII_80 = new Terminal(80, 24, false, false, true);
  public static final Terminal UNICODE_120 = new Terminal(120, 40, false, true, true);

  private Golden() {}

  /**
   * Prints in all widths and styles, and compares each with {@code name-WIDTH[-colour|-ascii].txt}.
   */
  public static void everyLook(String name, BiConsumer<PrintWriter, Terminal> printer) {
    check(name + "-80-ascii", print(printer, ASCII_80));
    check(name + "-80-colour", print(printer, COLOUR_80));
    check(name + "-120", print(printer, UNICODE_120));
    check(name + "-120-colour", print(printer, COLOUR_120));
  }

  public static String print(BiConsumer<PrintWriter, Terminal> printer, Terminal terminal) {
    StringWriter text = new StringWriter();
    printer.accept(new PrintWriter(text), terminal);
    return text.toString();
  }

  public static void check(String name, String actual) {
    String shown = actual.replace("\u001b[", "␛");
    Path file = DIRECTORY.resolve(name + ".txt");
    try {
      if (Boolean.getBoolean("golden.update")) {
        Files.createDirectories(DIRECTORY);
        Files.writeString(file, shown);
      }
      assertThat(shown).as("%s", file).isEqualTo(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
