package dev.deployctl.build;

import dev.deployctl.Wiring;
import dev.deployctl.cli.Deployctl;
import dev.deployctl.cli.completion.BashCompletion;
import dev.deployctl.cli.completion.FishCompletion;
import dev.deployctl.cli.completion.Texts;
import dev.deployctl.cli.completion.ZshCompletion;
import dev.deployctl.output.terminal.Console;
import dev.deployctl.output.terminal.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/** Writes man pages and completion scripts where systems look for them. The build runs it. */
public final class PackageFiles {
  private PackageFiles() {}

  /**
   * @param arguments a directory such as /usr/share, the version, and the date of the release
   */
  public static void main(String[] arguments) throws IOException {
    Path share = Path.of(arguments[0]);
    String version = arguments[1];
    String date = arguments[2].substring(0, 10);
    CommandSpec root = root();
    // Before the man pages: those set the width of the help.
    write(share.resolve("bash-completion/completions/deployctl"), BashCompletion.script(root));
    write(share.resolve("zsh/site-functions/_deployctl"), ZshCompletion.script(root));
    write(share.resolve("fish/vendor_completions.d/deployctl.fish"), FishCompletion.script(root));
    List<CommandSpec> commands = new ArrayList<>(List.of(root));
    commands.addAll(Texts.shown(root));
    for (CommandSpec command : commands) {
      ManPage page = new ManPage(command, version, date);
      write(share.resolve("man/man1/" + page.name() + ".1"), page.text());
    }
  }

  private static CommandSpec root() {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    Terminal plain = Terminal.plain(true);
    Console console = new Console(nowhere, nowhere, plain, plain, Optional::empty, () -> null);
    return Deployctl.create(Wiring.services(Map.of(), console)).getCommandSpec();
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }
}
