package dev.deployctl.cli.completion;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Writes the completion for fish, from the same model as the help. */
public final class FishCompletion {
  private FishCompletion() {}

  public static String script(CommandSpec root) {
    StringBuilder script = new StringBuilder();
    root.subcommands()
        .forEach(
            (name, command) -> {
              CommandSpec spec = command.getCommandSpec();
              if (!spec.usageMessage().hidden()) {
                script.append(
                    "complete -c deployctl -n __fish_use_subcommand -a %s -d %s\n"
                        .formatted(name, quoted(Texts.first(spec.usageMessage().description()))));
                options(script, name, spec);
                String words =
                    Texts.takesApp(spec) ? "apps" : Texts.takesHost(spec) ? "hosts" : null;
                if (words != null) {
                  script.append(
                      "complete -c deployctl -n '__fish_seen_subcommand_from %s'".formatted(name)
                          + " -a '(__deployctl_words %s)'\n".formatted(words));
                }
                if (Texts.takesDirectory(spec)) {
                  script.append(
                      "complete -c deployctl -n '__fish_seen_subcommand_from %s'".formatted(name)
                          + " -a '(__fish_complete_directories)'\n");
                }
              }
            });
    return Texts.template("deployctl.fish").replace("# OPTIONS\n", script);
  }

  private static void options(StringBuilder script, String command, CommandSpec spec) {
    for (OptionSpec option : spec.options()) {
      if (option.hidden()) {
        continue;
      }
      script.append("complete -c deployctl -n '__fish_seen_subcommand_from ").append(command);
      script.append('\'');
      for (String name : option.names()) {
        script.append(
            name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
      }
      switch (option.longestName()) {
        case "--hosts" -> script.append(" -x -a '(__deployctl_words hosts)'");
        case "--zone" -> script.append(" -x -a '(__deployctl_words zones)'");
        case "--host-tag" -> script.append(" -x -a '(__deployctl_words tags)'");
        case "--environment" -> script.append(" -x -a '(__deployctl_words environments)'");
        case "--config", "--ssh-config", "--identity-file", "--report" -> script.append(" -r -F");
        default -> script.append(option.arity().max() > 0 ? " -x" : "");
      }
      script.append(" -d ").append(quoted(Texts.first(option.description()))).append('\n');
    }
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
