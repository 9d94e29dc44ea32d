# shellcheck shell=bash
# Processes that the lab started. Each is known by pid and start time, so that a reused pid is never taken for it.

# `lab exec` is called thousands of times, so this starts no process.
look_at() { # PID: its start in ticks since boot in `started`, and its state; fails when there is no such process
    local stat
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
    # shellcheck disable=SC2086  # what follows the command's name is a list of plain words
    set -- ${stat##*) }
    state=$1 started=${20}
}

record() { # NAME PID
    local state started
    look_at "$2" || return 1
    mkdir -p "$LAB_DIR/$1"
    echo "$2 $started" >"$LAB_DIR/$1/pid.new"
    mv "$LAB_DIR/$1/pid.new" "$LAB_DIR/$1/pid"
}

alive() { # NAME
    local p s state started
    { read -r p s <"$LAB_DIR/$1/pid"; } 2>/dev/null && [[ -n $s ]] && look_at "$p" && [[ $started == "$s" && $state != [ZX] ]]
}

gone() { ! alive "$1"; }

pid() { # NAME: its pid, or an end with a clear word
    local p
    alive "$1" || die "$1 is not running (lab start $1)"
    read -r p _ <"$LAB_DIR/$1/pid"
    echo "$p"
}

soon() { # SECONDS CMD...: tries again until it succeeds
    local end=$((SECONDS + $1))
    shift
    until "$@" 2>/dev/null; do
        ((SECONDS < end)) || return 1
        sleep 0.03
    done
}

in_background() { # CMD...: in the cgroup of what hosts share, apart from this terminal; $! is its pid
    (
        cgroup_join shared
        export LAB_DIR                                  # the selftest looks for processes by this
        exec setsid "$@"
    ) </dev/null 2>&1 9>&- &
}

answers() { (: <"/dev/tcp/$1/$2") 2>/dev/null; }   # ADDRESS PORT

end_process() { # NAME SIGNAL: and SIGKILL when that does not help
    alive "$1" || return 0
    kill "-$2" "$(pid "$1")" 2>/dev/null || true
    soon 10 gone "$1" || { kill -KILL "$(pid "$1")" 2>/dev/null || true; soon 10 gone "$1"; }
}
