# shellcheck shell=bash
# What a workstation needs to find the hosts: ssh_config and known_hosts, and an inventory file for deployctl.

write_ssh_files() {
    local h
    for h in $(host_names); do
        [[ ! -e $LAB_DIR/$h/hostkey ]] || echo "$h,$(address "$h") $(cat "$LAB_DIR/$h/hostkey")"
    done >"$LAB_DIR/known_hosts.new"
    for h in $(host_names); do
        printf 'Host %s %s\n  HostName %s\n  HostKeyAlias %s\n' "$h" "$(address "$h")" "$(address "$h")" "$h"
    done >"$LAB_DIR/ssh_config.new"
    cat >>"$LAB_DIR/ssh_config.new" <<CONFIG
Host *
  User deploy
  IdentityFile $LAB_DIR/key
  IdentitiesOnly yes
  UserKnownHostsFile $LAB_DIR/known_hosts
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  BatchMode yes
  ConnectTimeout 5
CONFIG
    mv "$LAB_DIR/known_hosts.new" "$LAB_DIR/known_hosts"
    mv "$LAB_DIR/ssh_config.new" "$LAB_DIR/ssh_config"
}

apps_of_lab() { # their names, separated by $1
    local f list=
    for f in "$LAB_HOME"/apps/*.conf; do list+=${list:+$1}$(basename "$f" .conf); done
    echo "$list"
}

cmd_hosts_file() { # [FILE]
    local file=${1:-$LAB_DIR/hosts.yml} h
    [[ -e $LAB_DIR/.lab ]] || die "the lab is down (lab up N)"
    {
        echo "hosts:"
        for h in $(host_names); do
            printf '  - { name: %s, address: %s, zone: %s, tags: { App: [%s], Role: web } }\n' \
                "$h" "$(address "$h")" "$(zone "$h")" "$(apps_of_lab ', ')"
        done
    } >"$file"
    echo "$file"
}
