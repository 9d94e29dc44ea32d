# shellcheck shell=bash
# A cgroup for each host and one for what they share, in version 1 (one tree for each controller) and version 2 (one tree).
# A process joins its cgroup before it does anything else: what is in there is all that can be left of a lab.

cgroup_trees() {
    local t
    if [[ -e /sys/fs/cgroup/cgroup.controllers ]]; then
        echo /sys/fs/cgroup
    else
        for t in /sys/fs/cgroup/*/cgroup.procs; do echo "${t%/cgroup.procs}"; done
    fi
}

is_v2() { [[ -e $1/cgroup.controllers ]]; }

cgroup_join() { # HOST: moves this shell into the host's cgroups
    local t f c
    if [[ ! -e /sys/fs/cgroup/cgroup.controllers ]] && cgroup_join_known "$1"; then return; fi
    for t in $(cgroup_trees); do
        if is_v2 "$t"; then             # version 2: processes live in leaves only
            mkdir -p "$t/$CG/$1/init"
            for c in $(<"$t/cgroup.controllers"); do
                for f in "$t" "$t/$CG"; do echo "+$c" >"$f/cgroup.subtree_control" || true; done
            done 2>/dev/null
            echo "$BASHPID" >"$t/$CG/$1/init/cgroup.procs"
        else
            mkdir -p "$t/$CG/$1"
            for f in cpuset.cpus cpuset.mems; do        # version 1: a new cpuset is empty and takes no process
                if [[ -e $t/$f ]]; then cat "$t/$f" >"$t/$CG/$f"; cat "$t/$f" >"$t/$CG/$1/$f"; fi
            done
            echo "$BASHPID" >"$t/$CG/$1/cgroup.procs"
        fi
    done
}

cgroup_join_known() { # HOST: the same in version 1, without starting a process; fails where a cgroup is not made yet
    local t mems
    for t in /sys/fs/cgroup/*/cgroup.procs; do
        t=${t%/cgroup.procs}/$CG/$1
        # A new cpuset takes no process before it has its memory nodes.
        [[ ! -e $t/cpuset.mems ]] || { read -r mems <"$t/cpuset.mems" && [[ -n $mems ]]; } || return 1
        { echo "$BASHPID" >"$t/cgroup.procs"; } 2>/dev/null || return 1
    done
}

freeze() { # HOST 1|0
    local f=/sys/fs/cgroup/freezer/$CG/$1/freezer.state s=THAWED
    (($2 == 0)) || s=FROZEN
    if [[ -e $f ]]; then
        echo $s >"$f"
    else
        f=/sys/fs/cgroup/$CG/$1/cgroup.freeze
        [[ ! -e $f ]] || echo "$2" >"$f"
    fi
}

frozen() { # HOST
    grep -qs 1 "/sys/fs/cgroup/$CG/$1/cgroup.freeze" || grep -qs FROZEN "/sys/fs/cgroup/freezer/$CG/$1/freezer.state"
}

cpu_limit() { # HOST [PERCENT of one processor; none: no limit]
    local f=/sys/fs/cgroup/cpu/$CG/$1/cpu.cfs_quota_us quota=${2:+${2}000}
    if [[ -e $f ]]; then
        echo 100000 >"${f%quota_us}period_us"
        echo "${quota:--1}" >"$f"
    else
        f=/sys/fs/cgroup/$CG/$1/cpu.max
        [[ -e $f ]] && echo "${quota:-max} 100000" >"$f"
    fi
}

memory_limit() { # HOST [BYTES; none: no limit]
    local f=/sys/fs/cgroup/memory/$CG/$1/memory.limit_in_bytes
    if [[ -e $f ]]; then
        echo "${2:--1}" >"$f"
    else
        f=/sys/fs/cgroup/$CG/$1/memory.max
        [[ -e $f ]] && echo "${2:-max}" >"$f"
    fi
}

cgroup_kill() { # [HOST]: every process of one, or of all
    local t p
    for t in $(cgroup_trees); do find "$t/$CG${1:+/$1}" -name cgroup.procs -exec cat {} + 2>/dev/null; done | sort -u \
        | while read -r p; do kill -KILL "$p" 2>/dev/null || true; done
}

cgroup_emptied() { cgroup_kill "$@"; cgroups_removed "$@"; }

cgroups_removed() { # [HOST]: of one, or of all; fails while a process is left in one
    local t d ok=0
    for t in $(cgroup_trees); do
        t=$t/$CG${1:+/$1}
        [[ -d $t ]] || continue
        while read -r d; do rmdir "$d" 2>/dev/null || ok=1; done < <(find "$t" -depth -type d 2>/dev/null)
    done
    return $ok
}

memory() { # HOST: its anonymous memory in MiB
    local f
    for f in "/sys/fs/cgroup/memory/$CG/$1/memory.stat" "/sys/fs/cgroup/$CG/$1/memory.stat"; do
        if [[ -e $f ]]; then awk '/^(total_rss|anon) / { printf "%d", $2 / 1048576; exit }' "$f"; return; fi
    done
    echo -
}
