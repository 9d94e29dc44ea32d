# shellcheck shell=bash
# Hosts from outside: power on, power off, a command inside.

start_host() { # HOST [MODE]
    local h=$1 d=$LAB_DIR/$1 mode was
    number "$h" >/dev/null
    was=$(cat "$d/mode" 2>/dev/null) || was=
    mode=${2:-${was:-docker}}
    [[ -z $was || $was == "$mode" ]] || die "$h was made in mode '$was', not '$mode' (lab down first)"
    ! alive "$h" || return 0
    mkdir -p "$d"/{upper,work,mnt,docker}
    rm -f "$d/pid"
    echo "$mode" >"$d/mode"
    (
        cgroup_join "$h"
        export LAB_ID LAB_DIR
        exec setsid unshare --net --mount --pid --uts --ipc --fork bash "$SELF" __boot "$h" "$mode"
    ) </dev/null >>"$d/console.log" 2>&1 9>&- &
    soon "$LAB_WAIT" test -s "$d/pid" || { tail -n 3 "$d/console.log" >&2; die "$h did not boot"; }
    plug "$h"
    soon "$LAB_WAIT" answers "$(address "$h")" 22 || { tail -n 3 "$d/console.log" >&2; die "$h: sshd does not answer"; }
    [[ $mode == docker || $mode == systemd ]] || return 0
    soon "$LAB_WAIT" docker_ready "$h" || { tail -n 5 "$d/upper/var/log/dockerd.log" >&2; die "$h: dockerd does not answer"; }
    soon "$LAB_WAIT" answers "$(address "$h")" 80 || { tail -n 3 "$d/console.log" >&2; die "$h: nginx does not answer"; }
}

docker_ready() { # HOST
    [[ $(curl -s --max-time 2 --unix-socket "/proc/$(pid "$1")/root/run/docker.sock" http://d/_ping) == OK ]]
}

end_host() { # HOST TERM|KILL
    local signal=TERM
    freeze "$1" 0 2>/dev/null || true                   # frozen processes ignore even SIGKILL
    ! has_systemd "$(cat "$LAB_DIR/$1/mode" 2>/dev/null)" || signal=RTMIN+3     # systemd's word for halt
    if [[ $2 != KILL ]] && alive "$1"; then
        kill "-$signal" "$(pid "$1")"
        soon 40 gone "$1" || echo "lab: $1 does not stop, killing it" >&2
    fi
    unplug "$1"
    ! alive "$1" || kill -KILL "$(pid "$1")"
    soon 20 gone "$1" || die "$1 does not end"
    soon 5 cgroup_emptied "$1" || true                  # `down` tries once more, and says so
}

wipe_host() { # HOST: as if it had never been
    end_host "$1" KILL
    rm -rf --one-file-system "${LAB_DIR:?}/$1"
}

inside() { # HOST CMD...: as root, in all its namespaces and cgroups
    local h=$1 p
    alive "$h" || die "$h is not running (lab start $h)"
    read -r p _ <"$LAB_DIR/$h/pid"
    shift
    (($# > 0)) || set -- bash -l
    (
        cgroup_join "$h"
        exec nsenter --all --target "$p" -- /usr/bin/env -i HOME=/root TERM="${TERM:-dumb}" LANG=C.UTF-8 "$PATHS" \
            LAB_ID="$LAB_ID" LAB_DIR="$LAB_DIR" "$@" 9>&-
    )
}

cmd_ssh() { # [USER@]HOST CMD...
    known "${1#*@}"
    exec ssh -F "$LAB_DIR/ssh_config" "$@"
}

cmd_service() { # HOST NAME start|stop|kill
    known "${1:-}"
    (($# == 3)) || die "service HOST sshd|nginx|docker start|stop|kill"
    inside "$1" bash /run/lab/lab __service "$2" "$3"
}

cmd_memory() { # HOST BYTES|off: what its processes may use together, which its kernel enforces
    [[ ${2:-} =~ ^[1-9][0-9]*$ || ${2:-} == off ]] || die "memory HOST BYTES|off"
    memory_limit "$1" "${2#off}" || die "memory: no limit of memory in this machine's cgroups"
}

cmd_power() { # start|stop|kill HOST|SERVICE
    local signal=TERM
    [[ $1 != kill ]] || signal=KILL
    if is_service "$2"; then
        [[ -e $LAB_DIR/.lab ]] || die "the lab is down (lab up N)"
        if [[ $1 == start ]]; then start_service "$2"; else end_process "$2" $signal; fi
    else
        known "$2"
        if [[ $1 == start ]]; then start_host "$2"; else end_host "$2" $signal; fi
    fi
}
