# shellcheck shell=bash
# The EC2 side of the lab: which instances there are. Stop, start and kill of a host are the machine's own doing and do
# not pass through here, as a real EC2 would not know that a kernel hangs.

ec2_call() { # sync HOSTS...|terminate HOST|stop HOST|start HOST
    python3 "$LAB_HOME/lib/ec2.py" "http://$INFRA_IP:$EC2_PORT/" "$EC2_REGION" "$@"
}

ec2_sync() { # an instance for each host; what the endpoint already knows is left alone
    local h words=()
    for h in $(host_names); do words+=("$h=$(address "$h")=$(zone "$h")"); done
    ((${#words[@]} == 0)) || ec2_call sync "${words[@]}"
}

cmd_ec2() { # terminate|run|stop|start HOST
    local verb=${1:-} h=${2:-}
    case $verb in terminate | run | stop | start) ;; *) die "ec2 terminate|run|stop|start HOST" ;; esac
    number "$h" >/dev/null
    alive ec2 || die "the EC2 endpoint is not running (lab start ec2; it needs moto_server on this machine)"
    case $verb in
    terminate)
        known "$h"
        ec2_call terminate "$h"
        wipe_host "$h" ;;
    run)
        [[ ! -d $LAB_DIR/$h ]] || die "$h is there already"
        start_host "$h" "$(lab_mode)"
        ec2_sync ;;
    stop)
        known "$h"
        ec2_call stop "$h"
        end_host "$h" TERM ;;
    start)
        known "$h"
        start_host "$h"
        ec2_call start "$h" ;;
    esac
    write_ssh_files
}

cmd_ec2_env() {
    alive ec2 || die "no EC2 endpoint runs here (it needs moto_server on this machine)"
    cat <<ENV
AWS_ENDPOINT_URL_EC2=http://$INFRA_IP:$EC2_PORT
AWS_REGION=$EC2_REGION
AWS_ACCESS_KEY_ID=lab
AWS_SECRET_ACCESS_KEY=lab
AWS_EC2_METADATA_DISABLED=true
ENV
}
