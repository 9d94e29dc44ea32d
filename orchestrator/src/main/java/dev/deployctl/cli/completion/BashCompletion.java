package dev.deployctl.cli.completion;

import picocli.AutoComplete;
import picocli.CommandLine.Model.CommandSpec;

/** Writes the completion for bash: picocli's script, and before it the names of deployctl.yml. */
public final class BashCompletion {
  private BashCompletion() {}

  public static String script(CommandSpec root) {
    return AutoComplete.bash("deployctl", root.commandLine())
        + "\n"
        + Texts.template("deployctl.bash")
            .replace("APP_COMMANDS)", String.join("|", Texts.appCommands(root, 0)) + ")")
            .replace("ACTION_COMMANDS)", String.join("|", Texts.appCommands(root, 1)) + ")")
            .replace("HOST_COMMANDS)", String.join("|", Texts.hostCommands(root)) + ")")
            .replace("VALUE_OPTIONS)", String.join("|", Texts.valueOptions(root)) + ")");
  }
}
