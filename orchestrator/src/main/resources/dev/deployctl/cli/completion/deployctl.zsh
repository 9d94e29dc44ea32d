#compdef deployctl
# Completes names of the nearest deployctl.yml; in a list with commas, the last one.
_deployctl_words() {
  local -a found more
  found=(${(f)"$(deployctl complete $1 --typed=$PREFIX -- "${(@Q)words[1,CURRENT-1]}" 2>/dev/null)"})
  if [[ $1 != tags ]]; then
    compset -P '*,'
  elif [[ $PREFIX != *=* ]]; then
    more=(-S '') # the value comes next
  fi
  compadd "${(@)more}" -a found
}
_deployctl() {
  local curcontext=$curcontext state line
  local -a commands
  _arguments -C '1: :->command' '*:: :->rest'
  case $state in
  command)
    commands=(
# COMMANDS
    )
    _describe -t commands command commands ;;
  rest)
    case $words[1] in
# ARGUMENTS
    esac ;;
  esac
}
if [[ $funcstack[1] == _deployctl ]]; then _deployctl "$@"; else compdef _deployctl deployctl; fi
