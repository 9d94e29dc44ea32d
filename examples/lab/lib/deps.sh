# shellcheck shell=bash
# The Debian packages that the lab needs. It wants programs, not services: what is installed here for its sake is neither
# started nor enabled on this machine. What was there before stays as it was.

NEEDED="dockerd:docker.io nginx:nginx-light sshd:openssh-server ssh:openssh-client sudo:sudo ip:iproute2 iptables:iptables
    docker-registry:docker-registry redis-server:redis-server redis-cli:redis-tools etcd:etcd-server etcdctl:etcd-client curl:curl gcc:gcc python3:python3
    unshare:util-linux visudo:sudo gpasswd:passwd systemctl:systemd fuser:psmisc
    debootstrap:debootstrap"
UNITS="docker.service docker.socket containerd.service nginx.service ssh.service ssh.socket etcd.service
    docker-registry.service redis-server.service"
POLICY=/usr/sbin/policy-rc.d

cmd_deps() {
    local missing before
    mapfile -t missing < <(missing_packages)
    ((${#missing[@]} > 0)) || return 0
    command -v apt-get >/dev/null || die "no apt-get here; install by hand: ${missing[*]}"
    [[ ! -e $LAB_DIR/.lab ]] || die "missing: ${missing[*]}; lab down first: hosts lie on this machine's files"
    echo "installing ${missing[*]}"
    before=$(installed_units)
    hold_services
    trap release_services EXIT
    apt-get -qq update
    DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 --no-install-recommends install "${missing[@]}" \
        >"$(log_of_deps)" 2>&1 \
        || { tail -n 15 "$(log_of_deps)" >&2; die "apt-get failed (all of it in $(log_of_deps))"; }
    release_services
    trap - EXIT
    disable_new "$before"
    rm -f "$(log_of_deps)"
    mapfile -t missing < <(missing_packages)
    ((${#missing[@]} == 0)) || die "installed, but still without the programs of these packages: ${missing[*]}"
}

missing_packages() { # those of whose programs one is not to be found by the name that is used
    local pair
    {
        for pair in $NEEDED; do
            PATH=$PATH:/usr/sbin:/sbin command -v "${pair%%:*}" >/dev/null || echo "${pair#*:}"
        done
        [[ -e /usr/include/stdio.h ]] || echo libc6-dev
    } | sort -u
}

log_of_deps() { echo "${TMPDIR:-/tmp}/lab-deps.log"; }

hold_services() { # dpkg's own way to say: start nothing
    if [[ -e $POLICY ]] && ! grep -q 'of lab deps' "$POLICY"; then mv "$POLICY" "$POLICY.lab-saved"; fi
    printf '#!/bin/sh\n# of lab deps, for the time of an installation\nexit 101\n' >"$POLICY"
    chmod 755 "$POLICY"
}

release_services() {
    rm -f "$POLICY"
    [[ ! -e $POLICY.lab-saved ]] || mv "$POLICY.lab-saved" "$POLICY"
}

installed_units() {
    local u
    for u in $UNITS; do
        if [[ -e /lib/systemd/system/$u || -e /etc/init.d/${u%.*} ]]; then echo "$u"; fi
    done
}

disable_new() { # UNITS_BEFORE
    local u
    for u in $(installed_units); do
        if ! grep -qxF "$u" <<<"$1"; then
            if command -v systemctl >/dev/null; then systemctl -q disable "$u" 2>/dev/null || true; fi
            if [[ $u == *.service ]] && command -v update-rc.d >/dev/null; then
                update-rc.d "${u%.service}" disable >/dev/null 2>&1 || true
            fi
        fi
    done
}
