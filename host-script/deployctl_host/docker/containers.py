"""Containers: made, started, watched, stopped. Found by our own labels and exact names alone."""

import json
import re
import signal

from ..errors import HostError
from .api import DockerError

APP = 'deployctl.app'
RELEASE = 'deployctl.release'
INSTANCE = 'deployctl.instance'
HOST = 'deployctl.host'
# What a container may take to stop beyond its own time: an overloaded daemon was seen to need a minute.
STOP_MARGIN = 60.0
# Images choose it, so it is not printed as it stands.
SIGNAL = re.compile(r'[A-Za-z]{1,8}[0-9+-]{0,4}\Z|[0-9]{1,2}\Z')


def name_of(app, release, instance):
    return 'deployctl-%s-%s-%d' % (app, release, instance)


def labels(app, release, instance, host_id):
    """All labels that we ever look for, set explicitly, so that an image's own cannot stand in for them."""
    return {APP: app, RELEASE: release, INSTANCE: str(instance), HOST: host_id}


def find(engine, host_id, app=None, release=None):
    """Our containers, running or not, as the daemon lists them."""
    wanted = ['%s=%s' % pair for pair in ((HOST, host_id), (APP, app), (RELEASE, release)) if pair[1] is not None]
    try:
        found = engine.shaped(list, 'GET', '/containers/json', {
            'all': 'true', 'filters': json.dumps({'label': wanted})})
    except DockerError as problem:
        raise HostError('unavailable', 'Docker cannot list containers: %s' % problem.message) from problem
    return [one for one in found if _is_ours(one)]


def _is_ours(one):
    """An image may carry our labels' names; a container that we made has the name to match."""
    own = one.get('Labels') or {}
    name = 'deployctl-%s-%s-%s' % (own.get(APP), own.get(RELEASE), own.get(INSTANCE))
    return '/' + name in (one.get('Names') or ())


def inspect(engine, container):
    """The container's record, or None where there is none."""
    try:
        return engine.shaped(dict, 'GET', '/containers/%s/json' % container)
    except DockerError as problem:
        if problem.status == 404:
            return None
        raise HostError('unavailable', 'Docker cannot tell about container %s: %s' % (
            container, problem.message)) from problem


def create(engine, name, spec):
    """Makes a container and returns its id. DockerError as the daemon says."""
    return engine.shaped(dict, 'POST', '/containers/create', {'name': name}, spec).get('Id') or name


def start(engine, container):
    """Starts it; a running one is left as it is. DockerError as the daemon says."""
    engine.call('POST', '/containers/%s/start' % container)


def stop(engine, container, seconds):
    """Sends its stop signal, and SIGKILL after `seconds`. Returns the exit code, None where it cannot be known."""
    return stop_by(engine, container, seconds)[0]


def stop_by(engine, container, seconds):
    """The same. Returns (exit code, the name of the signal that asked it to end)."""
    _quietly(engine, 'POST', '/containers/%s/stop' % container, {'t': str(int(seconds + 0.999))}, seconds + STOP_MARGIN)
    record = inspect(engine, container) or {}
    return (record.get('State') or {}).get('ExitCode'), stop_signal(record)


def stop_signal(record):
    """The signal that `docker stop` sends to a container, which its image may have chosen."""
    given = (record.get('Config') or {}).get('StopSignal') or 'SIGTERM'
    if not isinstance(given, str) or not SIGNAL.match(given):
        return 'its stop signal'
    try:
        return signal.Signals(int(given)).name
    except ValueError:
        pass
    name = given.upper()
    return 'signal %s' % given if given.isdigit() else name if name.startswith('SIG') else 'SIG' + name


def remove(engine, container):
    """Gone afterwards, running or not, with the volumes that an image may have asked for."""
    _quietly(engine, 'DELETE', '/containers/%s' % container, {'force': 'true', 'v': 'true'},
             engine.config.timeout + STOP_MARGIN)


def _quietly(engine, method, path, query, timeout):
    try:
        engine.call(method, path, query, timeout=timeout)
    except DockerError as problem:
        if problem.status not in (304, 404):
            raise HostError('unavailable', 'Docker: %s' % problem.message) from problem


def set_restart(engine, container, policy):
    """`always` for what serves, `no` for all else."""
    try:
        engine.call('POST', '/containers/%s/update' % container, body={'RestartPolicy': {'Name': policy}})
    except DockerError as problem:
        raise HostError('unavailable', 'Docker cannot set the restart policy: %s' % problem.message) from problem


MEMORY_PLACES = ('/sys/fs/cgroup/memory/docker/%s/memory.usage_in_bytes',
                 '/sys/fs/cgroup/system.slice/docker-%s.scope/memory.current',
                 '/sys/fs/cgroup/docker/%s/memory.current')


def memory(container):
    """What a container uses, from its cgroup (the daemon would take a second); None where that is elsewhere."""
    for place in MEMORY_PLACES:
        try:
            with open(place % container, encoding='ascii') as source:
                return int(source.read())
        except (OSError, ValueError):
            continue
    return None


def clean(text, limit=1000):
    """Text of a stranger, without what would steer a terminal."""
    return ''.join(letter if letter.isprintable() or letter == '\t' else '�' for letter in text[:limit])
