# shellcheck shell=bash
# What makes a host's root differ from the machine's. Done once, when the host is made: its disk outlives a power cut.

furnish() { # HOST ROOT MODE
    local h=$1 r=$2 mode=$3
    furnish_names "$h" "$r"
    furnish_users "$r"
    furnish_sshd "$h" "$r"
    furnish_docker "$r"
    [[ ! -d $r/etc/nginx ]] || furnish_nginx "$h" "$r"
    ! has_systemd "$mode" || furnish_systemd "$r"
    # A host starts without the product and without anybody's leave to use sudo, whatever the machine has.
    rm -rf "$r"/etc/deployctl "$r"/var/lib/deployctl "$r"/var/log/deployctl "$r"/usr/lib/deployctl-host \
        "$r"/usr/sbin/deployctl-host "$r"/etc/sudoers.d/*
    mkdir -p "$r/etc/sudoers.d"
    ! is_bare "$mode" || furnish_bare "$r" "$mode"
}

furnish_names() { # HOST ROOT
    local i
    echo "$1" >"$2/etc/hostname"
    {
        echo "127.0.0.1 localhost $(app_names)"
        echo "$INFRA_IP registry etcd redis ec2"
        for ((i = 1; i <= MAX; i++)); do echo "$NET.$((10 + i)) host$i"; done
    } >"$2/etc/hosts"
    rm -f "$2/etc/resolv.conf"
    : >"$2/etc/resolv.conf"
}

app_names() { # the server names of the lab's apps
    sed -n 's/^server-name *= *//p' "$LAB_HOME"/apps/*.conf | tr '\n' ' '
}

furnish_users() { # ROOT
    local r=$1 u id
    for u in "deploy $DEPLOY_ID" "outsider $OUTSIDER_ID"; do
        read -r u id <<<"$u"
        add_user "$r" "$u" "$id"
    done
}

add_user() { # ROOT USER ID: who may log in with the lab's key
    local r=$1 u=$2 id=$3
    sed -i "/^$u:/d" "$r"/etc/{passwd,shadow,group}
    echo "$u:x:$id:$id::/home/$u:/bin/bash" >>"$r/etc/passwd"
    echo "$u:*:19000:0:99999:7:::" >>"$r/etc/shadow"            # no password; '!' would count as locked
    echo "$u:x:$id:" >>"$r/etc/group"
    install -d -m 755 -o "$id" -g "$id" "$r/home/$u"
    install -d -m 700 -o "$id" -g "$id" "$r/home/$u/.ssh"
    install -m 600 -o "$id" -g "$id" "$LAB_DIR/key.pub" "$r/home/$u/.ssh/authorized_keys"
}

furnish_sshd() { # HOST ROOT
    local r=$2
    rm -rf "$r"/etc/ssh/ssh_host_* "$r"/etc/ssh/sshd_config.d/*
    ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$r/etc/ssh/ssh_host_ed25519_key"
    cut -d' ' -f1,2 "$r/etc/ssh/ssh_host_ed25519_key.pub" >"$LAB_DIR/$1/hostkey"
    printf '%s\n' "HostKey /etc/ssh/ssh_host_ed25519_key" "UsePAM $LAB_SSHD_PAM" "PasswordAuthentication no" \
        "PermitRootLogin no" "UseDNS no" "PrintMotd no" "MaxStartups 200" "AcceptEnv LANG LC_*" \
        "PidFile /run/sshd.pid" "Subsystem sftp internal-sftp" >"$r/etc/ssh/sshd_config"
}

furnish_docker() { # ROOT
    mkdir -p "$1/etc/docker"
    cat >"$1/etc/docker/daemon.json" <<JSON
{ "insecure-registries": ["$NET.0/24", "registry:5000"], "storage-driver": "overlay2", "log-opts": {"max-size": "10m"} }
JSON
}

furnish_nginx() { # HOST ROOT: not the machine's own sites; who is asked for an unknown site says so
    local r=$2
    rm -rf "$r"/etc/nginx/{sites-enabled,sites-available,conf.d} "$r"/var/log/nginx/*
    mkdir -p "$r"/etc/nginx/{sites-enabled,sites-available,conf.d} "$r/var/log/nginx"
    cat >"$r/etc/nginx/sites-enabled/default" <<NGINX
server {
    listen 80 default_server;
    location / { default_type text/plain; return 404 "$1: no such site\n"; }
}
NGINX
}

furnish_systemd() { # ROOT: only what a host needs, not all that is enabled on the machine
    local r=$1 i
    rm -rf "$r"/etc/systemd/system
    mkdir -p "$r/etc/systemd/system/multi-user.target.wants"
    for i in ssh docker nginx; do
        [[ ! -e $r/lib/systemd/system/$i.service ]] || ln -s "/lib/systemd/system/$i.service" "$r/etc/systemd/system/multi-user.target.wants/"
    done
    for i in systemd-timesyncd systemd-resolved getty@tty1 console-getty systemd-udevd; do
        ln -s /dev/null "$r/etc/systemd/system/$i.service"
    done
    tr -d - </proc/sys/kernel/random/uuid >"$r/etc/machine-id"
    rm -rf "$r/var/log/journal" "$r/etc/fstab"
}
