# shellcheck shell=bash
# Load on the hosts' port 80. The generator is a program of its own (load/load); this finds the targets.

cmd_load() { # [--hosts LIST] [--app APP] GENERATOR_OPTIONS...
    local app=blog hosts='' h words=()
    while (($# > 0)); do
        case $1 in
        --hosts) hosts=${2:?--hosts host1,host2}; shift 2 ;;
        --app) app=${2:?--app NAME}; shift 2 ;;
        *) words+=("$1"); shift ;;
        esac
    done
    [[ $app =~ ^[a-z][a-z0-9-]*$ ]] || die "not the name of an app: '$app'"
    for h in ${hosts//,/ }; do known "$h"; done
    for h in $(if [[ -n $hosts ]]; then echo "${hosts//,/ }"; else host_names; fi); do
        words+=(--target "$(address "$h"):80")
    done
    exec "$LAB_HOME/load/load" --host-header "$app.lab" "${words[@]}"
}
