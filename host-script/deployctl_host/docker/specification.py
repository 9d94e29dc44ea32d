"""What a container of an app is made of: safe defaults, loosened only by the operator's definition."""


def build(definition, image, env, place, labels, driver):
    """The body of a create call.

    `env` are the app's own values and ours, `place` says how nginx reaches it, `driver` is the
    daemon's log driver.
    """
    resources, security = definition.resources, definition.security
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
            'StopTimeout': int(definition.drain.stop_timeout + 0.999), 'HostConfig': host}
    if definition.user:
        spec['User'] = definition.user
    if place.get('directory'):
        host['Mounts'].append(_mount(place['directory'], place['directory'], False))
    else:
        inside = '%d/tcp' % place['container_port']
        spec['ExposedPorts'] = {inside: {}}
        host['PortBindings'] = {inside: [{'HostIp': '127.0.0.1', 'HostPort': str(place['port'])}]}
    return spec


def _mount(source, target, read_only):
    """A bind that fails when its source is missing, where -v would make an empty directory of root's."""
    return {'Type': 'bind', 'Source': source, 'Target': target, 'ReadOnly': read_only}


def one_off(definition, image, env, words, labels, driver):
    """The body for a container that runs one command of the app and ends: no socket, no port."""
    spec = build(definition, image, env, {'container_port': 1, 'port': 0}, labels, driver)
    spec.pop('ExposedPorts')
    spec['HostConfig'].pop('PortBindings')
    spec['Cmd'] = list(words)
    return spec
