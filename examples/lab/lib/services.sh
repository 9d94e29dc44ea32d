# shellcheck shell=bash
# The things that hosts share: registry, etcd, an EC2 endpoint. Each is a plain process in the switch's namespace.

start_service() { # registry|etcd|redis|ec2|mirror
    local port=5000 at=$INFRA_IP cmd=() enter=(nsenter "--net=/proc/$(pid switch)/ns/net")
    ! alive "$1" || return 0
    mkdir -p "$LAB_DIR/$1"
    case $1 in
    registry) registry_command ;;
    etcd) port=2379 && etcd_command ;;
    redis) port=6379 && redis_command ;;
    ec2)
        has_ec2 || die "no moto_server on this machine: the lab has no EC2 endpoint"
        port=$EC2_PORT
        cmd=(moto_server -H "$INFRA_IP" -p "$port") ;;
    mirror) port=$MIRROR_PORT at=$ROOT_IP enter=() && mirror_command ;;     # on this machine, which has the way out
    esac
    in_background "${enter[@]}" "${cmd[@]}" >>"$LAB_DIR/$1/log"
    record "$1" $!
    soon "$LAB_WAIT" answers "$at" "$port" || { tail -n 3 "$LAB_DIR/$1/log" >&2; die "$1 does not answer"; }
    [[ $1 != ec2 ]] || ec2_sync
}

registry_command() {
    mkdir -p "$LAB_REGISTRY_DIR"
    cat >"$LAB_DIR/registry/config.yml" <<YAML
version: 0.1
storage: {filesystem: {rootdirectory: $LAB_REGISTRY_DIR}, delete: {enabled: true}}
http: {addr: "$INFRA_IP:5000"}
YAML
    cmd=(env OTEL_TRACES_EXPORTER=none docker-registry serve "$LAB_DIR/registry/config.yml")
}

etcd_command() {
    local clients=http://$INFRA_IP:2379 peers=http://$INFRA_IP:2380
    cmd=(etcd --data-dir "$LAB_DIR/etcd/data" --listen-client-urls "$clients" --advertise-client-urls "$clients"
        --listen-peer-urls "$peers" --initial-advertise-peer-urls "$peers" --initial-cluster "default=$peers")
}

redis_command() { # every answered write is on disk, so that a kill loses none
    cmd=(redis-server --bind "$INFRA_IP" --port 6379 --protected-mode no --dir "$LAB_DIR/redis" --save ''
        --appendonly yes --appendfsync always)
}

has_ec2() { [[ ${LAB_EC2:-yes} != no ]] && command -v moto_server >/dev/null; }
