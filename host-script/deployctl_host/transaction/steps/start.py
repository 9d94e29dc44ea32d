"""Step `start`: starts the containers of the new release beside those of the live one."""

import os

from ... import files
from ...docker import containers, specification, start_errors
from ...docker.api import DockerError
from ...errors import HostError
from ...store import held as holds
from .. import instances, ports, release, strays
from ..processes import stop_first


def start(transaction, image, values):
    """Starts every instance of `transaction.new`, after its ports are chosen."""
    with transaction.step('start'):
        record = transaction.new
        held = strays.stop_strays(transaction, strays.live_releases(transaction))
        if transaction.same_release and not transaction.stopped:
            instances.stop_unhealthy(transaction, record)
        record = _with_ports(transaction, record, held)
        if transaction.fresh or record != transaction.new:
            transaction.state.save_release(record)
            transaction.new = record
        _sockets(transaction, record, image)
        stop_first.stop_web(transaction)
        driver = transaction.engine.facts('/info').get('LoggingDriver')
        for instance in release.instances(record):
            transaction.safe_point()
            container = _container(transaction, record, instance, values, driver)
            _start(transaction, record, instance, container)
            transaction.emit('container.started', instance=instance, container=container[:12],
                             name=release.container(record, instance))


def _with_ports(transaction, record, held):
    """Returns the release with its ports. A kept one changes its port if the live release has that port by now.

    The live release itself keeps its own: nginx leads there. `held` are ports of containers of ours that cannot be
    stopped; a held release keeps its ports too.
    """
    others = None if transaction.same_release else transaction.old
    beside = transaction.state.sound_release(holds.release_of(transaction.state))
    if beside is not None and beside.id != record.id:
        held = held.union(beside.ports or ())
    busy = held.union(others and others.ports or ())
    if record.mode != 'port' or record.ports and not busy.intersection(record.ports):
        return record
    pairs = ports.allot(transaction.state, record.instances, transaction.host.ports, busy, held)
    return record._replace(ports=ports.choose(pairs, record.instances, busy))


def _sockets(transaction, record, image):
    """Makes the directory of the sockets, or removes the old sockets of a release that is started again."""
    if record.mode != 'socket':
        return
    directory = transaction.state.socket_dir(record.id)
    if not os.path.isdir(directory):
        owner = _owner(transaction.definition, image)
        release.make_socket_dir(transaction.state, record, owner, transaction.identity.gid)
    for instance in release.instances(record):
        if not _runs(transaction, record, instance):
            files.remove_file(transaction.state.socket(record.id, instance))


def _runs(transaction, record, instance):
    seen = containers.inspect(transaction.engine, release.container(record, instance))
    return bool(seen and seen['State'].get('Running') and not seen['State'].get('Restarting'))


def _owner(definition, image):
    """Returns the uid that the app runs as, which must be able to create its socket."""
    user = definition.user or (image.get('Config') or {}).get('User') or '0'
    uid = user.partition(':')[0]
    if uid == 'root':
        return 0
    if not uid.isdecimal():
        raise HostError('definition', 'the image runs as user %s, a name that means nothing outside of it' % uid,
                        hint='say the number in [app] user of the definition: it must own the directory of its socket')
    return int(uid)


def _container(transaction, record, instance, values, driver):
    """Returns the id of the instance's container: the kept one if it still matches the release, or else a new one."""
    name = release.container(record, instance)
    found = containers.inspect(transaction.engine, name)
    if found is not None:
        if _matches(found, record, instance) and not transaction.fresh:
            return found['Id']
        containers.remove(transaction.engine, found['Id'])
    spec = specification.build(
        transaction.definition, release.local_image(record),
        release.environment(transaction.definition, transaction.state, record, instance, values),
        release.place(transaction.state, record, instance),
        containers.labels(record.app, record.id, instance, transaction.host_id), driver, record.command)
    try:
        return containers.create(transaction.engine, name, spec)
    except DockerError as problem:
        raise start_errors.refused(problem, name, 'make') from problem


def _matches(found, record, instance):
    if found['Image'] != record.image:
        return False
    if record.mode == 'socket':
        return True
    bound = (found['HostConfig'].get('PortBindings') or {}).get('%d/tcp' % record.container_port) or [{}]
    return bound[0].get('HostPort') == str(record.ports[instance - 1])


def _start(transaction, record, instance, container):
    try:
        containers.start(transaction.engine, container)
    except DockerError as problem:
        raise start_errors.refused(problem, release.container(record, instance), 'start') from problem
