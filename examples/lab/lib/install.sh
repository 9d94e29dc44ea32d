# shellcheck shell=bash
# The product on the hosts: deployctl-host by its own installer, and the definitions of the lab's apps beside it.

LAB_HOST_SCRIPT=${LAB_HOST_SCRIPT:-$(dirname "$(dirname "$LAB_HOME")")/host-script}
GROUP=deployers

cmd_install() { # [HOST...]
    local h jobs=() bad=0
    [[ -x $LAB_HOST_SCRIPT/packaging/install ]] || die "no installer: $LAB_HOST_SCRIPT/packaging/install"
    # shellcheck disable=SC2046  # names are plain words
    (($# > 0)) || set -- $(host_names)
    (($# > 0)) || die "the lab is down (lab up N)"
    for h in "$@"; do known "$h"; pid "$h" >/dev/null; done
    put_environment
    for h in "$@"; do install_on "$h" >"$LAB_DIR/$h/install.log" 2>&1 & jobs+=("$!:$h"); done
    for h in "${jobs[@]}"; do
        wait "${h%%:*}" || { bad=1; echo "lab: ${h#*:}: install failed:" >&2; tail -n 8 "$LAB_DIR/${h#*:}/install.log" >&2; }
    done
    ((bad == 0)) || exit 1
    echo "installed on $*"
}

install_on() { # HOST: the files travel; the host need not see this checkout
    local h=$1 place=/tmp/deployctl-install
    inside "$h" rm -rf "$place"
    inside "$h" mkdir -p "$place/definitions"
    tar -C "$(dirname "$LAB_HOST_SCRIPT")" --exclude=__pycache__ --exclude=target -c "$(basename "$LAB_HOST_SCRIPT")" \
        | inside "$h" tar -x --no-same-owner -C "$place"
    tar -C "$LAB_HOME" -c host.conf apps env | inside "$h" tar -x --no-same-owner -C "$place/definitions"
    inside "$h" "$place/$(basename "$LAB_HOST_SCRIPT")/packaging/install" --group $GROUP
    inside "$h" bash -ec '
        gpasswd -a deploy '$GROUP' >/dev/null
        cd /tmp/deployctl-install/definitions
        umask 077
        mkdir -p /etc/deployctl/apps /etc/deployctl/env
        install -m 600 -t /etc/deployctl/apps apps/*.conf
        install -m 600 -t /etc/deployctl/env env/*.env
        install -m 600 host.conf /etc/deployctl/host.conf
        rm -rf /tmp/deployctl-install'
}

put_environment() { # into etcd, from etcd/NAME.env
    local file prefix line
    alive etcd || die "etcd is not running (lab start etcd)"
    for file in "$LAB_HOME"/etcd/*.env; do
        prefix=/deploy/apps/$(basename "$file" .env)/env
        while IFS= read -r line; do
            ETCDCTL_API=3 etcdctl --endpoints "http://$INFRA_IP:2379" --command-timeout 10s put -- \
                "$prefix/${line%%=*}" "${line#*=}" >/dev/null || die "etcd takes no values"
        done <"$file"
    done
}
