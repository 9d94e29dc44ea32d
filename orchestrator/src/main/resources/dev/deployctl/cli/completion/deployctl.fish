# fish completion of deployctl
# Completes names of the nearest deployctl.yml; in a list with commas, the last one.
function __deployctl_words
  set -l given (commandline -opc)
  set -l list '(?:.*,)?'
  if test $argv[1] = tags
    set list ''
  end
  set -l before (commandline -ct | string replace -rf '^((?:--[a-z-]+=)?'$list').*$' '$1')
  set -q before[1]; or set before ''
  set -l typed (commandline -ct | string replace -r '^--[a-z-]+=' '')
  printf '%s\n' $before(deployctl complete $argv --typed="$typed" -- $given[2..-1] 2>/dev/null)
end
complete -c deployctl -f
# OPTIONS
