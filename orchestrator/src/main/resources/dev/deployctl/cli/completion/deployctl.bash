# shellcheck shell=bash
# Completes apps, hosts, zones, tags and environments of the nearest deployctl.yml. Everything else is left to
# _complete_deployctl, which picocli writes. The build fills in APP_COMMANDS, ACTION_COMMANDS
# (which take an app after an action) and VALUE_OPTIONS.
# Names of hosts are never evaluated: whoever may name a host must not run commands here.
function _deployctl_words() {
  local -a words=()
  local raw="" glue="" typed="" before="" option="" what="" prefix="" lead=""
  local command="" action="" app="" word="" reply="" i
  # bash splits --hosts=web into three words, and aws:name=web into five.
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
      *)
        case "$command,$action" in
          ,*) command="${words[i]}" ;;
          *,) action="${words[i]}" ;;
          *) if [ -z "$app" ]; then app="${words[i]}"; fi ;;
        esac ;;
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
          APP_COMMANDS) if [ -z "$action" ]; then what=apps; fi ;;
          ACTION_COMMANDS) if [ -n "$action" ]; then what=apps; fi ;;
          HOST_COMMANDS) what=hosts ;;
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
