# shellcheck shell=bash
# The bridge that all hang on, in a network namespace of its own, and what can be done to a host's link.

switch() { nsenter --net="/proc/$(pid switch)/ns/net" "$@"; }
in_host_net() { local p; p=$(pid "$1"); shift; nsenter --net="/proc/$p/ns/net" "$@"; }   # HOST CMD...

start_switch() {
    local p
    ! alive switch || return 0
    mkdir -p "$LAB_DIR/switch"
    in_background unshare --net sleep infinity >/dev/null
    p=$!
    soon 5 other_net $p || die "cannot make a network namespace"
    record switch $p
    switch ip link set lo up
    switch ip link add br0 address "$(mac 0)" type bridge
    switch ip addr add "$INFRA_IP/24" dev br0
    switch ip link set br0 up
    ip link del "$ROOT_IF" 2>/dev/null || true          # left by a lab whose switch was killed by someone else
    ip link add "$ROOT_IF" type veth peer name root netns "$p"
    switch ip link set root master br0 up
    ip addr add "$ROOT_IP/24" dev "$ROOT_IF"
    ip link set "$ROOT_IF" up
}

other_net() { # PID
    [[ $(readlink "/proc/$1/ns/net") != $(readlink /proc/self/ns/net) && $(<"/proc/$1/comm") == sleep ]]
}

plug() { # HOST
    local n
    n=$(number "$1")
    switch ip link del "h$n" 2>/dev/null || true
    switch ip link add "h$n" type veth peer name eth0 address "$(mac "$n")" netns "$(pid "$1")"
    switch ip link set "h$n" master br0 up
}

unplug() { # HOST
    end_process "$1/delay" KILL
    ! alive switch || switch ip link del "h$(number "$1")" 2>/dev/null || true
    ip neigh del "$(address "$1")" dev "$ROOT_IF" 2>/dev/null || true
    rm -rf "$LAB_DIR/$1"/{cut,slow,delay}
}

bridge_port() { # HOST: the interface in the bridge
    if alive "$1/delay"; then echo "t$(number "$1")"; else echo "h$(number "$1")"; fi
}

cmd_partition() { # HOST: out of the bridge; permanent ARP entries make it a silent loss, not "no route to host"
    pid "$1" >/dev/null
    switch ip link set "$(bridge_port "$1")" nomaster
    ip neigh replace "$(address "$1")" lladdr "$(mac "$(number "$1")")" dev "$ROOT_IF" nud permanent
    in_host_net "$1" ip neigh replace "$INFRA_IP" lladdr "$(mac 0)" dev eth0 nud permanent
    touch "$LAB_DIR/$1/cut"
}

cmd_heal() { # HOST
    pid "$1" >/dev/null
    switch ip link set "$(bridge_port "$1")" master br0
    ip neigh del "$(address "$1")" dev "$ROOT_IF" 2>/dev/null || true
    in_host_net "$1" ip neigh del "$INFRA_IP" dev eth0 2>/dev/null || true
    rm -f "$LAB_DIR/$1/cut"
}

cmd_slow() { # HOST rate R | delay D [loss L] | off: both directions; cpu P: of one processor
    local h=$1 loss=0
    pid "$h" >/dev/null
    shift
    case ${1:-} in
    off)
        shape "$h" pfifo || true
        undelay "$h"
        cpu_limit "$h" || true
        rm -f "$LAB_DIR/$h/slow"
        return ;;
    rate) shape "$h" tbf rate "${2:-}" burst 16kb latency 500ms || die "slow: not a rate: '${2:-}' (such as 1mbit)" ;;
    delay)
        [[ ${2:-} =~ ^[0-9]+ms$ && ( $# == 2 || ( $# == 4 && $3 == loss && $4 =~ ^[0-9.]+%?$ ) ) ]] \
            || die "slow HOST delay 100ms [loss 1%]"
        loss=${4:-0}
        # Not every kernel has netem: then the same is done in user space.
        if [[ ${LAB_NETEM:-yes} == no ]] || ! shape "$h" netem delay "$2" loss "${loss%\%}%"; then
            delay_in_user_space "$h" "${2%ms}" "${loss%\%}"
        fi ;;
    cpu)
        [[ ${2:-} =~ ^[1-9][0-9]?%$ ]] || die "slow HOST cpu 10%"
        cpu_limit "$h" "${2%\%}" || die "slow: no limit of processor time in this machine's cgroups" ;;
    *) die "slow HOST rate 1mbit | delay 100ms [loss 1%] | cpu 10% | off" ;;
    esac
    touch "$LAB_DIR/$h/slow"
}

shape() { # HOST QDISC...: at both ends of its link
    local h=$1
    shift
    switch tc qdisc replace dev "h$(number "$h")" root "$@" 2>/dev/null \
        && in_host_net "$h" tc qdisc replace dev eth0 root "$@" 2>/dev/null
}

delay_in_user_space() { # HOST MS LOSS: a process carries the frames between the host's port and a tap in the bridge
    local n d=$LAB_DIR/$1/delay
    n=$(number "$1")
    undelay "$1"
    mkdir -p "$d"
    in_background nsenter --net="/proc/$(pid switch)/ns/net" python3 "$LAB_HOME/lib/delayer.py" \
        "h$n" "t$n" "$2" "$3" >>"$LAB_DIR/$1/console.log"
    record "$1/delay" $!
    soon 10 switch ip link set "t$n" up || die "slow: see $LAB_DIR/$1/console.log"
    switch ip link set "h$n" nomaster
    [[ -e $LAB_DIR/$1/cut ]] || switch ip link set "t$n" master br0
}

undelay() { # HOST
    alive "$1/delay" || return 0
    end_process "$1/delay" KILL
    rm -rf "$LAB_DIR/$1/delay"
    [[ -e $LAB_DIR/$1/cut ]] || switch ip link set "h$(number "$1")" master br0
}
