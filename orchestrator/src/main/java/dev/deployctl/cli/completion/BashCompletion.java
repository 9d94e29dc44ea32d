package dev.deployctl.cli.completion;

import picocli.AutoComplete;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Completion for bash: picocli's own script, and before it the words that only deployctl.yml knows.
 */
public final class BashCompletion {
  private BashCompletion() {}

  public static String script(CommandSpec root) {
    return AutoComplete.bash("deployctl", root.commandLine())
        + DYNAMIC
            .replace("APP_COMMANDS", String.join("|", Texts.appCommands(root)))
            .replace("VALUE_OPTIONS", String.join("|", Texts.valueOptions(root)));
  }

  private static final String DYNAMIC =
      """

      # Apps, hosts, zones, tags and environments of the deployctl.yml at hand; everything else as above.
      # What hosts are called is never evaluated: who may name one must not run commands here.
      function _deployctl_words() {
        local -a words=()
        local raw="" glue="" typed="" before="" option="" what="" prefix="" lead=""
        local command="" app="" word="" reply="" i
        # bash takes --hosts=web for three words, and aws:name=web for five.
        for ((i = 0; i <= COMP_CWORD; i++)); do
          raw="${COMP_WORDS[i]}"
          if [ "$i" -gt 1 ] && [ -n "$glue" ]; then words[${#words[@]}-1]+="$raw"; glue=""
          elif [ "$i" -gt 1 ] && [ -n "$raw" ] && [ -z "${raw//[=:]/}" ]; then words[${#words[@]}-1]+="$raw"
          else words+=("$raw"); fi
          if [ -n "$raw" ] && [ -z "${raw//[=:]/}" ]; then glue=yes; fi
        done
        typed="${words[${#words[@]}-1]}"
        if [ -n "$glue" ]; then raw=""; fi
        lead="${typed%"$raw"}"
        words=("${words[@]:1:${#words[@]}-2}")
        if [ "${#words[@]}" -gt 0 ]; then before="${words[${#words[@]}-1]}"; fi
        case "$typed" in
          --*=*) before="${typed%%=*}"; option="$before="; typed="${typed#*=}" ;;
        esac
        for ((i = 0; i < ${#words[@]}; i++)); do
          case "${words[i]}" in
            VALUE_OPTIONS) ((i++)) ;;
            -*) ;;
            *) if [ -z "$command" ]; then command="${words[i]}"; elif [ -z "$app" ]; then app="${words[i]}"; fi ;;
          esac
        done
        case "$before" in
          --hosts) what=hosts ;;
          --zone) what=zones ;;
          --host-tag) what=tags ;;
          -e|--environment) what=environments ;;
          VALUE_OPTIONS) ;;
          *)
            if [ -z "$app" ] && [ "${typed#-}" = "$typed" ]; then
              case "$command" in
                APP_COMMANDS) what=apps ;;
              esac
            fi ;;
        esac
        if [ -z "$what" ]; then
          _complete_deployctl "$@"
          return
        fi
        case "$what,$typed" in
          hosts,*,*|zones,*,*) prefix="${typed%,*},"; typed="${typed##*,}" ;;
          tags,*=*) ;;
          tags,*) compopt -o nospace 2>/dev/null ;;
        esac
        COMPREPLY=()
        while IFS= read -r word; do
          case "$word" in
            "$typed"*)
              reply="${word#"$typed"}"
              if [ -n "$reply" ]; then printf -v reply '%q' "$reply"; fi
              reply="$option$prefix$typed$reply"
              COMPREPLY+=("${reply#"$lead"}") ;;
          esac
        done < <(deployctl complete "$what" --typed="$typed" -- "${words[@]}" 2>/dev/null)
      }
      complete -F _deployctl_words -o default deployctl deployctl.sh deployctl.bash
      """;
}
