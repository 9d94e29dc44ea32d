# shellcheck shell=bash
# From a fresh set of namespaces to a host whose root is its own. Runs as the host's process 1.

boot() { # HOST MODE: the cgroup namespace's root is to be the host's cgroup, not the leaf in version 2
    local t
    for t in $(cgroup_trees); do
        ! is_v2 "$t" || echo 0 >"$t/$CG/$1/cgroup.procs"
    done
    exec unshare --cgroup bash "$SELF" __boot2 "$@"
}

boot2() { # HOST MODE
    local h=$1 mode=$2 d=$LAB_DIR/$1 r=$LAB_DIR/$1/mnt lower=/ p
    read -r p _ </proc/self/stat                        # the outer /proc still shows: our pid outside
    record "$h" "$p"
    ! is_bare "$mode" || lower=$(bare_root)
    mount -t overlay -o "lowerdir=$lower,upperdir=$d/upper,workdir=$d/work" overlay "$r"
    if [[ ! -e $d/made ]]; then
        furnish "$h" "$r" "$mode"
        touch "$d/made"
    fi
    mount -t proc proc "$r/proc"
    mount -t sysfs sysfs "$r/sys"
    mount -t tmpfs -o mode=755 tmpfs "$r/run"
    mount -t tmpfs -o mode=1777 tmpfs "$r/tmp"
    make_dev "$r"
    mount_cgroups "$r"
    mkdir -p "$r/var/lib/docker" "$r/run/lab"
    mount --bind "$d/docker" "$r/var/lib/docker"        # overlay2 cannot lie on an overlay
    cp -r "$LAB_HOME/lab" "$LAB_HOME/lib" "$r/run/lab/"
    hostname "$h"
    ip link set lo up
    echo 0 >/proc/sys/net/ipv4/ip_forward               # dockerd turns it on, and only then sets FORWARD to DROP
    until [[ -e $r/sys/class/net/eth0 ]]; do sleep 0.02; done
    ip addr add "$(address "$h")/24" dev eth0
    ip link set eth0 up
    cd "$r" || die "no such directory: $r"
    mkdir run/old
    pivot_root . run/old
    umount -l run/old
    rmdir run/old
    set -- bash /run/lab/lab __first "$h" "$mode"
    ! has_systemd "$mode" || set -- container=lab /lib/systemd/systemd systemd.unit=multi-user.target
    exec env -i "$PATHS" LANG=C.UTF-8 LAB_ID="$LAB_ID" LAB_DIR="$LAB_DIR" "$@"
}

make_dev() { # ROOT
    local r=$1 x
    mount -t tmpfs -o mode=755 tmpfs "$r/dev"
    for x in null zero full random urandom tty; do
        touch "$r/dev/$x"
        mount --bind "/dev/$x" "$r/dev/$x"
    done
    mkdir "$r"/dev/{pts,shm}
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$r/dev/pts"
    mount -t tmpfs -o mode=1777 tmpfs "$r/dev/shm"
    ln -s pts/ptmx "$r/dev/ptmx"
    ln -s /proc/self/fd "$r/dev/fd"
    for x in stdin:0 stdout:1 stderr:2; do ln -s "/proc/self/fd/${x#*:}" "$r/dev/${x%:*}"; done
}

mount_cgroups() { # ROOT: those of the host's own cgroup namespace
    local r=$1/sys/fs/cgroup t x
    if is_v2 /sys/fs/cgroup; then
        mount -t cgroup2 cgroup2 "$r"
        echo 0 >"$r/init/cgroup.procs"
        for x in $(<"$r/cgroup.controllers"); do echo "+$x" >"$r/cgroup.subtree_control" || true; done
        return
    fi
    mount -t tmpfs -o mode=755 tmpfs "$r"
    for t in $(cgroup_trees); do
        x=${t##*/}
        mkdir "$r/$x"
        case $x in
        unified)
            mount -t cgroup2 cgroup2 "$r/$x"
            echo 0 >"$r/$x/init/cgroup.procs" ;;
        systemd) mount -t cgroup -o none,name=systemd cgroup "$r/$x" ;;
        *) mount -t cgroup -o "$x" cgroup "$r/$x" ;;
        esac
    done
}
