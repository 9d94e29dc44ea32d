# shellcheck shell=bash disable=SC2034  # the other parts read what is set here
# Where the lab lies, what its parts are called and which addresses they have.

LAB_ID=${LAB_ID:-0}
LAB_DIR=${LAB_DIR:-${LABS_DIR:-/tmp/deployctl-lab}/$LAB_ID}
LAB_REGISTRY_DIR=${LAB_REGISTRY_DIR:-$LAB_DIR/registry/data}
LAB_SSHD_PAM=${LAB_SSHD_PAM:-no}
LAB_WAIT=${LAB_WAIT:-90}            # seconds that a host or service may take to answer; generous, for crowded machines
NET=10.77.$LAB_ID
ROOT_IP=$NET.1                      # this machine's foot in the lab
INFRA_IP=$NET.2                     # registry, etcd, Redis and EC2
ROOT_IF=lab$LAB_ID
CG=lab-$LAB_ID
EC2_PORT=5566
MIRROR_PORT=3142
EC2_REGION=ap-northeast-1
MAX=200
DEPLOY_ID=1990                      # user deploy, and its group
OUTSIDER_ID=1991                    # user outsider, who may not deploy
PATHS=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

die() { echo "lab: $*" >&2; exit 1; }

check_settings() {
    ((EUID == 0)) || die "must be root (namespaces, mounts and interfaces are made)"
    [[ $LAB_ID =~ ^(0|[1-9][0-9]*)$ && $LAB_ID -le 255 ]] || die "LAB_ID must be 0..255, not '$LAB_ID'"
    [[ $LAB_DIR == /* && $LAB_DIR != *[:,\ ]* ]] || die "LAB_DIR must be absolute, without ':' ',' or blanks: '$LAB_DIR'"
}

number() { # HOST: its number, or an end with a clear word
    [[ $1 =~ ^host([1-9][0-9]*)$ && ${BASH_REMATCH[1]} -le $MAX ]] || die "no such host: '$1' (host1..host$MAX)"
    echo "${BASH_REMATCH[1]}"
}

known() { # HOST: ends unless it is part of this lab
    [[ $1 =~ ^host[1-9][0-9]*$ ]] || number "$1"
    [[ -d $LAB_DIR/$1 ]] || die "$1 is not part of this lab (lab up N makes host1..hostN)"
}

is_service() { [[ $1 == etcd || $1 == redis || $1 == registry || $1 == ec2 ]]; }

host_names() { # all of this lab, in order
    local d
    for d in "$LAB_DIR"/host*/; do basename "$d"; done | sort -V
}

address() { # HOST|service|root
    local n
    case $1 in
    registry | etcd | redis | ec2) echo "$INFRA_IP" ;;
    root) echo "$ROOT_IP" ;;
    *) n=$(number "$1"); echo "$NET.$((10 + n))" ;;
    esac
}

mac() { printf '02:77:%02x:00:00:%02x' "$LAB_ID" "$1"; }   # fixed: a restarted host is found under the same one

zone() { # HOST: odd ones lie in zone a, even ones in zone c
    local n
    n=$(number "$1")
    if ((n % 2)); then echo a; else echo c; fi
}

one_at_a_time() { # until this process ends
    mkdir -p "$(dirname "$LAB_DIR")"
    exec 9>"$LAB_DIR.lock"
    flock 9
}
