# shellcheck shell=bash
# Bare hosts: new servers, as they are before anybody prepared them. Their root is not this machine's but a minimal Debian with
# sshd and sudo, without Docker, nginx and Python. debootstrap makes it once, and later labs use it again. What a host installs comes
# through a proxy on this machine (mirror.py), since hosts have no other way out; it keeps the packages for later labs.

LAB_CACHE=${LAB_CACHE:-/var/cache/deployctl-lab}
BARE_SUITE=bookworm
BARE_PACKAGES=openssh-server,sudo,ca-certificates,systemd,systemd-sysv
DEBIAN_MIRROR=${DEBIAN_MIRROR:-http://deb.debian.org/debian}    # not https, which the proxy does not carry
OPERATOR='admin'                    # the user of bare hosts who may become root
OPERATOR_ID=1989

is_bare() { [[ $1 == bare* ]]; }                        # MODE
has_systemd() { [[ $1 == *systemd ]]; }                 # MODE

bare_root() { echo "$LAB_CACHE/$BARE_SUITE-$(printf '%s %s' "$DEBIAN_MIRROR" "$BARE_PACKAGES" | sha256sum | cut -c1-8)"; }

make_bare_root() {
    local root new
    root=$(bare_root)
    mkdir -p "$LAB_CACHE/packages"
    [[ $(stat -f -c %T "$LAB_CACHE") != overlayfs ]] \
        || die "$LAB_CACHE lies on an overlayfs; set LAB_CACHE to a directory on a real filesystem or tmpfs"
    exec 8>"$LAB_CACHE/lock"
    flock 8                         # another lab may be making it
    if [[ ! -d $root ]]; then
        echo "making a minimal Debian in $root (once; it takes a minute)"
        new=$root.new
        rm -rf --one-file-system "$new"
        # In a mount namespace of its own: what debootstrap mounts ends with it.
        unshare --mount --propagation private --pid --fork --kill-child debootstrap --variant=minbase \
            "--include=$BARE_PACKAGES" "$BARE_SUITE" "$new" "$DEBIAN_MIRROR" >"$LAB_CACHE/debootstrap.log" 2>&1 8>&- 9>&- \
            || { tail -n 5 "$LAB_CACHE/debootstrap.log" >&2; die "debootstrap failed (all of it in $LAB_CACHE/debootstrap.log)"; }
        rm -rf "$new"/var/cache/apt/archives/*.deb "$new"/etc/machine-id
        mv "$new" "$root"
    fi
    exec 8>&-
}

furnish_bare() { # ROOT MODE: a user who may become root, and the way to the packages
    local r=$1
    # Docker's own init script sets limits and mounts control groups, which is not possible in every lab. dpkg keeps this one.
    has_systemd "$2" || install -m 755 /dev/stdin "$r/etc/init.d/docker" <<<$'#!/bin/sh\nexec bash /run/lab/lab __service docker "$1"'
    add_user "$r" $OPERATOR $OPERATOR_ID
    echo "$OPERATOR ALL=(ALL) NOPASSWD: ALL" >"$r/etc/sudoers.d/$OPERATOR"
    chmod 440 "$r/etc/sudoers.d/$OPERATOR"
    printf '%s\n' "Acquire::http::Proxy \"http://$ROOT_IP:$MIRROR_PORT\";" 'Acquire::Languages "none";' \
        >"$r/etc/apt/apt.conf.d/90lab"
    echo force-unsafe-io >"$r/etc/dpkg/dpkg.cfg.d/lab"
}

# shellcheck disable=SC2034  # start_service runs it
mirror_command() { cmd=(python3 -B "$LAB_HOME/lib/mirror.py" "$ROOT_IP" "$MIRROR_PORT" "$LAB_CACHE/packages"); }
