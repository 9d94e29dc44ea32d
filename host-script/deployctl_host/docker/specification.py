"""Builds create requests for an app's containers: safe defaults that only the operator's definition can relax."""


def build(definition, image, env, place, labels, driver, words=()):
    """Returns the body of a create request for an instance of the web part.

    `env` has the app's values and the script's own, `place` says how nginx reaches the container, `driver` is the
    daemon's log driver. `words` replace the image's own command.
    """
    spec = _base(definition, image, env, labels, driver, definition.resources, definition.drain.stop_timeout)
    if words:
        spec['Cmd'] = list(words)
    if place.get('directory'):
        spec['HostConfig']['Mounts'].append(_mount(place['directory'], place['directory'], False))
    else:
        inside = '%d/tcp' % place['container_port']
        spec['ExposedPorts'] = {inside: {}}
        spec['HostConfig']['PortBindings'] = {inside: [{'HostIp': '127.0.0.1', 'HostPort': str(place['port'])}]}
    return spec


def process(definition, process, image, env, labels, driver):
    """Returns the body of a create request for an instance of a process, without socket and port."""
    spec = _base(definition, image, env, labels, driver, process.resources, process.stop_timeout)
    spec['Cmd'] = list(process.command)
    if process.stop_signal:
        spec['StopSignal'] = process.stop_signal
    if process.health.type != 'docker':     # the HEALTHCHECK of the image is mostly that of its web part
        spec['Healthcheck'] = {'Test': ['NONE']}
    return spec


def one_off(definition, image, env, words, labels, driver):
    """Returns the body of a create request for a one-off command, without socket and port."""
    spec = _base(definition, image, env, labels, driver, definition.resources, definition.drain.stop_timeout)
    spec['Cmd'] = list(words)
    return spec


def _base(definition, image, env, labels, driver, resources, stop_timeout):
    """Returns what the create requests of all containers have in common."""
    security = definition.security
    host = {
        'RestartPolicy': {'Name': 'no'},
        'Memory': resources.memory,
        'PidsLimit': resources.pids,
        'NetworkMode': definition.network,
        'Mounts': [_mount(volume.host, volume.container, volume.read_only) for volume in definition.volumes],
        'SecurityOpt': [] if security.privileges else ['no-new-privileges'],
        'CapAdd': list(security.cap_add),
        'CapDrop': list(security.cap_drop),
        'ReadonlyRootfs': security.read_only,
        'PublishAllPorts': False,
    }
    if security.read_only:
        host['Tmpfs'] = {'/tmp': 'rw,noexec,nosuid,nodev,size=64m'}
    if resources.cpus:
        host['NanoCpus'] = int(resources.cpus * 1e9)
    if resources.nofile:
        host['Ulimits'] = [{'Name': 'nofile', 'Soft': resources.nofile, 'Hard': resources.nofile}]
    if driver == 'json-file':
        host['LogConfig'] = {'Type': 'json-file', 'Config': {'max-size': '20m', 'max-file': '5'}}
    spec = {'Image': image, 'Env': ['%s=%s' % pair for pair in sorted(env.items())], 'Labels': labels,
            'StopTimeout': int(stop_timeout + 0.999), 'HostConfig': host}
    if definition.user:
        spec['User'] = definition.user
    return spec


def _mount(source, target, read_only):
    """Returns a bind mount that fails if its source is missing; `-v` would create an empty directory."""
    return {'Type': 'bind', 'Source': source, 'Target': target, 'ReadOnly': read_only}
