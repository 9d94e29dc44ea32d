# shellcheck shell=bash
# The lab as a whole: up and down.

cmd_up() { # N [--light | [--bare] [--systemd]]
    local n=${1:-} mode=docker i bad=0 jobs=() ec2=
    [[ $n =~ ^[1-9][0-9]{0,2}$ && $n -le $MAX ]] || die "up: how many hosts? (1..$MAX)"
    case ${*:2} in
    '') ;;
    --light) mode=light ;;
    --systemd) mode=systemd ;;
    --bare) mode=bare ;;
    '--bare --systemd' | '--systemd --bare') mode=bare-systemd ;;
    *) die "up: no such options: '${*:2}' (--light, --systemd, --bare, or --bare --systemd)" ;;
    esac
    check_machine "$mode"
    mkdir -p "$LAB_DIR"
    [[ $(stat -f -c %T "$LAB_DIR") != overlayfs ]] \
        || die "$LAB_DIR lies on an overlayfs; set LAB_DIR to a directory on a real filesystem or tmpfs"
    touch "$LAB_DIR/.lab"
    echo "$mode" >"$LAB_DIR/mode"
    [[ -e $LAB_DIR/key ]] || ssh-keygen -q -t ed25519 -N '' -C lab -f "$LAB_DIR/key"
    start_switch
    for ((i = 1; i <= n; i++)); do mkdir -p "$LAB_DIR/host$i"; done
    if is_bare "$mode"; then make_bare_root; start_service mirror; fi
    start_service registry & jobs+=($!)
    start_service etcd & jobs+=($!)
    if has_ec2; then start_service ec2 & ec2=$!; fi
    for ((i = 1; i <= n; i++)); do
        start_host "host$i" "$mode" & jobs+=($!)
        ((i % 16)) || { await "${jobs[@]}" || bad=1; jobs=(); }
    done
    await "${jobs[@]}" || bad=1
    [[ -z $ec2 ]] || await "$ec2" || bad=1
    write_ssh_files
    ! has_ec2 || ec2_sync
    ((bad == 0)) || die "not all of it started (lab status; logs: $LAB_DIR/*/console.log and $LAB_DIR/*/log)"
}

lab_mode() { cat "$LAB_DIR/mode"; }

await() { # PID...: fails when one of them failed
    local p bad=0
    for p in "$@"; do wait "$p" || bad=1; done
    return $bad
}

check_machine() { # MODE
    local c missing=()
    for c in ip tc unshare nsenter curl python3 ssh-keygen /usr/sbin/sshd sudo docker-registry etcd \
        $([[ $1 != docker && $1 != systemd ]] || echo dockerd nginx iptables) \
        $([[ $1 != systemd ]] || echo /lib/systemd/systemd) $(! is_bare "$1" || echo debootstrap); do
        command -v "$c" >/dev/null || missing+=("$c")
    done
    ((${#missing[@]} == 0)) || die "missing here: ${missing[*]} (lab deps installs what the lab needs)"
    [[ ! -e $LAB_DIR/switch/pid ]] || alive switch \
        || die "the lab's network ended, by a reboot or by somebody's hand: lab down, then lab up"
    [[ -d $LAB_DIR/switch ]] || ! ip -4 -o addr | grep -qF "inet $NET." \
        || die "$NET.0/24 is in use on this machine: another lab with this id and another LAB_DIR? Set LAB_ID"
}

cmd_down() {
    local h name
    [[ -e $LAB_DIR/.lab ]] || { rm -f "$LAB_DIR.lock"; rmdir "$(dirname "$LAB_DIR")" 2>/dev/null || true; return 0; }
    for h in $(host_names); do end_host "$h" KILL & done
    wait
    for name in mirror ec2 redis etcd registry switch; do end_process "$name" KILL; done
    ip link del "$ROOT_IF" 2>/dev/null || true
    soon 10 cgroup_emptied || echo "lab: some cgroups named $CG could not be removed" >&2
    rm -rf --one-file-system "$LAB_DIR"
    rm -f "$LAB_DIR.lock"
    rmdir "$(dirname "$LAB_DIR")" 2>/dev/null || true
}
