# shellcheck shell=bash
# The sample images. They are written straight into the registry: no dockerd is needed, and it takes a second.

cmd_images() {
    alive registry || die "the registry is not running (lab up N, or lab start registry)"
    command -v gcc >/dev/null || die "missing here: gcc (lab deps installs what the lab needs)"
    "$LAB_HOME/sample-app/build" "$LAB_DIR/sample-app"
    python3 "$LAB_HOME/lib/push_images.py" push "http://$INFRA_IP:5000" "$LAB_DIR/sample-app" \
        "$LAB_HOME/sample-app/variants.ini" "$(apps_of_lab ,)"
}

cmd_tag() { # APP TAG FROM: the tag is moved, as a push from somewhere else would
    (($# == 3)) || die "tag APP TAG FROM"
    python3 "$LAB_HOME/lib/push_images.py" tag "http://$INFRA_IP:5000" "$@"
}
