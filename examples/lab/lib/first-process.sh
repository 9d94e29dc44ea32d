# shellcheck shell=bash
# Inside a host: its first process, and its services where no systemd looks after them.

first_process() { # HOST MODE
    local mode=$2 s
    mkdir -p /run/sshd /run/lock
    ln -sfn /proc/mounts /etc/mtab
    trap 'for s in docker nginx sshd; do service_do $s stop; done; exit 0' TERM
    service_do sshd start
    if [[ $mode != light ]]; then
        ! command -v dockerd >/dev/null || service_do docker start      # a bare host may be without
        ! command -v nginx >/dev/null || service_do nginx start
    fi
    echo "$1 booted ($mode)"
    while :; do sleep infinity & wait $! || true; done  # bash reaps what it inherits
}

service_do() { # sshd|nginx|docker start|stop|kill
    local p
    case $1 in sshd | nginx | docker) ;; *) die "no such service: '$1' (sshd, nginx or docker)" ;; esac
    if [[ -d /run/systemd/system ]]; then
        p=${1/sshd/ssh}
        if [[ $2 == kill ]]; then systemctl kill -s KILL "$p"; else systemctl "$2" "$p"; fi
        return
    fi
    p=$(cat "/run/$1.pid" 2>/dev/null) && kill -0 "$p" 2>/dev/null || p=
    case $2 in
    start) [[ -n $p ]] || service_start "$1" ;;
    stop | kill) [[ -z $p ]] || service_end "$1" "$2" "$p" ;;
    *) die "service: start, stop or kill, not '$2'" ;;
    esac
}

service_start() { # NAME
    rm -f "/run/$1.pid"
    case $1 in
    sshd) /usr/sbin/sshd -E /var/log/sshd.log ;;
    nginx) nginx ;;
    docker) setsid dockerd --pidfile /run/docker.pid >>/var/log/dockerd.log 2>&1 </dev/null & ;;
    esac
}

service_end() { # NAME stop|kill PID
    local sig=TERM i children=()
    [[ $1 != nginx ]] || sig=QUIT
    if [[ $2 == kill ]]; then
        sig=KILL
        # nginx's workers would outlive their master
        [[ $1 != nginx ]] || read -ra children <"/proc/$3/task/$3/children" || true
    fi
    kill -$sig "$3" "${children[@]}" 2>/dev/null || true
    for ((i = 0; i < 400; i++)); do
        kill -0 "$3" 2>/dev/null || return 0
        sleep 0.05
    done
    kill -KILL "$3"
}
