package dev.deployctl.cli.completion;

import dev.deployctl.model.ExitCodes;
import dev.deployctl.output.terminal.Console;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the completion script of a shell. */
@Command(
    name = "completion",
    description = {
      "Print a script with which a shell completes commands, options, apps, hosts, zones, tags of"
          + " hosts and environments.",
      "",
      "  bash   source <(deployctl completion bash)",
      "  zsh    source <(deployctl completion zsh)",
      "  fish   deployctl completion fish | source"
    })
public final class CompletionCommand implements Callable<Integer> {
  private final Console console;

  @Spec CommandSpec spec;

  /** The shells that have a script. */
  public enum Shell {
    BASH,
    ZSH,
    FISH
  }

  /** The values for the shell's completion. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("bash", "zsh", "fish").iterator();
    }
  }

  @Parameters(
      index = "0",
      paramLabel = "bash|zsh|fish",
      completionCandidates = Names.class,
      description = "The shell.")
  Shell shell;

  public CompletionCommand(Console console) {
    this.console = console;
    this.spec = CommandSpec.create();
  }

  @Override
  public Integer call() {
    CommandSpec root = spec.root();
    console
        .out()
        .print(
            switch (shell) {
              case BASH -> BashCompletion.script(root);
              case ZSH -> ZshCompletion.script(root);
              case FISH -> FishCompletion.script(root);
            });
    return ExitCodes.OK;
  }
}
