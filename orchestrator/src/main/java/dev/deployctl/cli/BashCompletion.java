package dev.deployctl.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Completion for bash and zsh: picocli's own script, and before it the words that only
 * deployctl.yml knows.
 */
final class BashCompletion {
  private BashCompletion() {}

  static String script(CommandSpec root) {
    return AutoComplete.bash("deployctl", root.commandLine())
        + DYNAMIC.replace("APP_COMMANDS", String.join("|", Texts.appCommands(root)));
  }

  private static final String DYNAMIC =
      """

      # Apps, hosts and environments of the deployctl.yml at hand; everything else as above.
      function _deployctl_words() {
        local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" what=""
        case "$before" in
          --hosts) what=hosts ;;
          -e|--environment) what=environments ;;
        esac
        if [ -z "$what" ] && [ "$COMP_CWORD" -eq 2 ] && [ "${word#-}" = "$word" ]; then
          case "${COMP_WORDS[1]}" in
            APP_COMMANDS) what=apps ;;
          esac
        fi
        if [ -n "$what" ]; then
          COMPREPLY=( $(compgen -W "$(deployctl complete "$what" 2>/dev/null)" -- "$word") )
          return 0
        fi
        _complete_deployctl "$@"
      }
      complete -F _deployctl_words -o default deployctl deployctl.sh deployctl.bash
      """;
}
