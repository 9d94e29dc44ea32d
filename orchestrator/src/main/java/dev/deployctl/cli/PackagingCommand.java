package dev.deployctl.cli;

import dev.deployctl.cli.completion.BashCompletion;
import dev.deployctl.cli.completion.FishCompletion;
import dev.deployctl.cli.completion.Texts;
import dev.deployctl.cli.completion.ZshCompletion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes what a package of this program carries beside it; the build calls it. */
@Command(
    name = "packaging",
    hidden = true,
    description = "Writes man pages and completions where systems look for them.")
final class PackagingCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(index = "0", paramLabel = "DIRECTORY", description = "Such as /usr/share.")
  Path share;

  @Option(names = "--release", required = true, description = "The program's version.")
  String release;

  @Option(names = "--date", required = true, description = "Of the release: 2026-11-23.")
  String date;

  PackagingCommand() {
    this.spec = CommandSpec.create();
  }

  @Override
  public Integer call() throws IOException {
    CommandSpec root = spec.root();
    // First: man pages set the width of the help.
    write("bash-completion/completions/deployctl", BashCompletion.script(root));
    write("zsh/site-functions/_deployctl", ZshCompletion.script(root));
    write("fish/vendor_completions.d/deployctl.fish", FishCompletion.script(root));
    List<CommandSpec> commands = new ArrayList<>(List.of(root));
    commands.addAll(Texts.shown(root));
    for (CommandSpec command : commands) {
      ManPage page = new ManPage(command, release, date.substring(0, Math.min(10, date.length())));
      write("man/man1/" + page.name() + ".1", page.text());
    }
    return ExitCodes.OK;
  }

  private void write(String name, String text) throws IOException {
    Path file = share.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }
}
