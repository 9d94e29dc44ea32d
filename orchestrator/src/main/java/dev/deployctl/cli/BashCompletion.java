package dev.deployctl.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Completion for bash: picocli's own script, and before it the words that only deployctl.yml knows.
 */
final class BashCompletion {
  private BashCompletion() {}

  static String script(CommandSpec root) {
    return AutoComplete.bash("deployctl", root.commandLine())
        + DYNAMIC
            .replace("APP_COMMANDS", String.join("|", Texts.appCommands(root)))
            .replace("VALUE_OPTIONS", String.join("|", Texts.valueOptions(root)));
  }

  private static final String DYNAMIC =
      """

      # Apps, hosts, zones and environments of the deployctl.yml at hand; everything else as above.
      function _deployctl_words() {
        local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}"
        local what="" prefix="" command="" app="" i
        # bash takes --hosts=web for three words.
        if [ "$word" = "=" ]; then word=""; elif [ "$before" = "=" ]; then before="${COMP_WORDS[COMP_CWORD-2]}"; fi
        for ((i = 1; i < COMP_CWORD; i++)); do
          case "${COMP_WORDS[i]}" in
            VALUE_OPTIONS) if [ "${COMP_WORDS[i+1]}" = "=" ]; then ((i += 2)); else ((i++)); fi ;;
            -*) ;;
            *) if [ -z "$command" ]; then command="${COMP_WORDS[i]}"; elif [ -z "$app" ]; then app="${COMP_WORDS[i]}"; fi ;;
          esac
        done
        case "$before" in
          --hosts) what=hosts ;;
          --zone) what=zones ;;
          -e|--environment) what=environments; app="" ;;
          VALUE_OPTIONS) ;;
          *)
            if [ -z "$app" ] && [ "${word#-}" = "$word" ]; then
              case "$command" in
                APP_COMMANDS) what=apps ;;
              esac
            fi ;;
        esac
        if [ -n "$what" ]; then
          case "$what,$word" in
            hosts,*,*|zones,*,*) prefix="${word%,*},"; word="${word##*,}" ;;
          esac
          COMPREPLY=( $(compgen -P "$prefix" -W "$(deployctl complete "$what" $app 2>/dev/null)" -- "$word") )
          return 0
        fi
        _complete_deployctl "$@"
      }
      complete -F _deployctl_words -o default deployctl deployctl.sh deployctl.bash
      """;
}
