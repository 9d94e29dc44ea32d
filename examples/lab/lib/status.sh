# shellcheck shell=bash
# A line for each host and service: what runs, what is cut, what is slow.

STATUS_ROW='%-9s %-13s %-7s %-9s %-5s %-6s %-7s %-11s %s\n'
row() { # shellcheck disable=SC2059  # the format is ours
    printf "$STATUS_ROW" "$@"
}

cmd_status() {
    local h s
    [[ -e $LAB_DIR/.lab ]] || { echo "lab $LAB_ID is down"; return 0; }
    row NAME ADDRESS STATE LINK SSHD NGINX DOCKER CONTAINERS MiB
    for h in registry etcd redis ec2; do
        s=down
        [[ $h != ec2 ]] || has_ec2 || s=none
        ! alive $h || s=up
        row $h "$INFRA_IP" $s - - - - - -
    done
    for h in $(host_names); do host_status "$h"; done
}

host_status() { # HOST
    local h=$1 s=up l=ok n=- p
    if ! alive "$h"; then row "$h" "$(address "$h")" down - - - - - -; return; fi
    p=$(pid "$h")
    ! frozen "$h" || s=paused
    [[ ! -e $LAB_DIR/$h/cut ]] || l="cut"
    [[ ! -e $LAB_DIR/$h/slow ]] || l=${l/ok/}${l:+,}slow
    l=${l#,}
    if [[ $s == up && $(runs "$p" docker) == up ]]; then n=$(containers "$p") || n='?'; fi
    row "$h" "$(address "$h")" $s "$l" "$(runs "$p" sshd)" "$(runs "$p" nginx)" "$(runs "$p" docker)" "$n" "$(memory "$h")"
}

runs() { # PID_OF_HOST SERVICE
    local q
    if q=$(cat "/proc/$1/root/run/$2.pid" 2>/dev/null) && [[ -d /proc/$1/root/proc/$q ]]; then echo up; else echo -; fi
}

containers() { # PID_OF_HOST
    curl -sf --max-time 2 --unix-socket "/proc/$1/root/run/docker.sock" http://d/containers/json \
        | { grep -o '"Id":' || true; } | wc -l
}
