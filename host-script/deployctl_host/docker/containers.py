"""Creates, starts, inspects and stops containers. Finds them by the script's own labels and exact names only."""

import json
import signal
import time

from .. import regex
from ..errors import HostError
from .api import DockerError

APP = 'deployctl.app'
RELEASE = 'deployctl.release'
INSTANCE = 'deployctl.instance'
PROCESS = 'deployctl.process'   # not on containers of the web part
HOST = 'deployctl.host'
# What follows the name of a container of a process that made room for its successor.
SET_ASIDE = regex.lazy(r'\.[0-9a-f]{6}')
# How long a stop may take beyond the container's own stop time-out: an overloaded daemon needed a minute.
STOP_MARGIN = 60.0
# How long Docker may take to see that a container has ended, and how often to look, in seconds.
END_WAIT = 2.0
LOOK = 0.05
# The image chooses its stop signal, so the text is checked before it is printed.
SIGNAL = regex.lazy(r'[A-Za-z]{1,8}[0-9+-]{0,4}\Z|[0-9]{1,2}\Z')


def name_of(app, release, instance, process=None):
    """Returns the name of an instance's container: of a process, or of the web part."""
    return 'deployctl-%s-%s-%s%s' % (app, release, process + '-' if process else '', instance)


def labels(app, release, instance, host_id, process=None):
    """Returns all labels that containers are found by. All are set, so that labels of an image have no effect."""
    found = {APP: app, RELEASE: release, INSTANCE: str(instance), HOST: host_id}
    return dict(found, **{PROCESS: process}) if process else found


def process_of(one):
    """Returns the process that a listed container belongs to, or None for the web part.

    Goes by the name too: the image of a web part may have a label of this name.
    """
    own = one['Labels']
    return None if _is_named(one, None) else own.get(PROCESS)


def web(found):
    """Returns those of listed containers that belong to the web part, whose numbers name sockets and ports."""
    return [one for one in found if process_of(one) is None]


def find(engine, host_id, app=None, release=None):
    """Returns the script's own containers of releases, running or not, as the daemon lists them.

    These are instances of the web part and of processes: see `process_of`.
    """
    wanted = ['%s=%s' % pair for pair in ((HOST, host_id), (APP, app), (RELEASE, release)) if pair[1] is not None]
    return [one for one in labelled(engine, wanted) if _is_ours(one)]


def labelled(engine, wanted):
    """Returns the containers that have all of these labels, running or not, as the daemon lists them."""
    try:
        return engine.shaped(list, 'GET', '/containers/json', {'all': 'true', 'filters': json.dumps({'label': wanted})})
    except DockerError as problem:
        raise HostError('unavailable', 'Docker cannot list containers: %s' % problem.message) from problem


def _is_ours(one):
    """Returns True if the name matches the labels: an image may have labels of the same names."""
    process = (one.get('Labels') or {}).get(PROCESS)
    return _is_named(one, None) or bool(process) and _is_named(one, process)


def _is_named(one, process):
    """Returns whether a container is named as an instance of the process, or was set aside as one."""
    own = one.get('Labels') or {}
    name = '/' + name_of(own.get(APP), own.get(RELEASE), own.get(INSTANCE), process)
    return any(each == name or process and SET_ASIDE.fullmatch(each[len(name):]) and each.startswith(name)
               for each in one.get('Names') or ())


def rename(engine, container, name):
    """Gives a container another name. One of a process is still found: see `SET_ASIDE`."""
    try:
        engine.call('POST', '/containers/%s/rename' % container, {'name': name})
    except DockerError as problem:
        raise HostError('unavailable', 'Docker cannot rename container %s to %s: %s' % (
            container[:12], name, problem.message)) from problem


def inspect(engine, container):
    """Returns the daemon's description of a container, or None if there is none."""
    try:
        return engine.shaped(dict, 'GET', '/containers/%s/json' % container)
    except DockerError as problem:
        if problem.status == 404:
            return None
        raise HostError('unavailable', 'Docker cannot inspect container %s: %s' % (
            container, problem.message)) from problem


def create(engine, name, spec):
    """Creates a container and returns its id. Raises DockerError if the daemon refuses."""
    return engine.shaped(dict, 'POST', '/containers/create', {'name': name}, spec).get('Id') or name


def start(engine, container):
    """Starts a container unless it is running. Raises DockerError if the daemon refuses."""
    engine.call('POST', '/containers/%s/start' % container)


def stop(engine, container, seconds):
    """Sends the stop signal, and SIGKILL after `seconds`. Returns the exit code, or None if it is unknown."""
    return stop_by(engine, container, seconds)[0]


def stop_by(engine, container, seconds):
    """Stops a container like `stop`. Returns (exit code, name of the stop signal)."""
    _quietly(engine, 'POST', '/containers/%s/stop' % container, {'t': str(int(seconds + 0.999))}, seconds + STOP_MARGIN)
    record = inspect(engine, container) or {}
    return (record.get('State') or {}).get('ExitCode'), stop_signal(record)


def stop_signal(record):
    """Returns the name of the signal that `docker stop` sends to a container; its image may define it."""
    given = (record.get('Config') or {}).get('StopSignal') or 'SIGTERM'
    if not isinstance(given, str) or not SIGNAL.match(given):
        return 'its stop signal'
    try:
        return signal.Signals(int(given)).name
    except ValueError:
        pass
    name = given.upper()
    return 'signal %s' % given if given.isdigit() else name if name.startswith('SIG') else 'SIG' + name


def send_stop_signal(engine, container, seen):
    """Sends a container its stop signal, and does not wait for its end. Returns the signal's name.

    `seen` is Docker's record of it. A container that has ended is left alone.
    """
    given = (seen.get('Config') or {}).get('StopSignal') or 'SIGTERM'
    kill(engine, container, given if isinstance(given, str) and SIGNAL.match(given) else 'SIGTERM')
    return stop_signal(seen)


def kill(engine, container, name='SIGKILL'):
    """Sends a container a signal. A container that has ended is left alone."""
    try:
        engine.call('POST', '/containers/%s/kill' % container, {'signal': name})
    except DockerError as problem:
        if problem.status not in (404, 409):     # 409: it is not running
            raise HostError('unavailable', 'Docker cannot end container %s: %s' % (
                container[:12], problem.message)) from problem


def remove(engine, container):
    """Removes a container, running or not, with its anonymous volumes. Does nothing if there is none."""
    _quietly(engine, 'DELETE', '/containers/%s' % container, {'force': 'true', 'v': 'true'},
             engine.config.timeout + STOP_MARGIN)


def _quietly(engine, method, path, query, timeout):
    try:
        engine.call(method, path, query, timeout=timeout)
    except DockerError as problem:
        if problem.status not in (304, 404):
            raise HostError('unavailable', 'Docker: %s' % problem.message) from problem


def set_restart(engine, container, policy):
    """Sets the restart policy: `always` for live containers, `no` for all others.

    Docker refuses it for a container that is just ending. Once Docker has seen the end it is set all the same.
    """
    try:
        _update_restart(engine, container, policy)
    except DockerError as problem:
        if not _ends(engine, container):
            raise _not_set(problem) from problem
        try:
            _update_restart(engine, container, policy)
        except DockerError as again:
            raise _not_set(again) from again


def _update_restart(engine, container, policy):
    engine.call('POST', '/containers/%s/update' % container, body={'RestartPolicy': {'Name': policy}})


def _not_set(problem):
    return HostError('unavailable', 'Docker cannot set the restart policy: %s' % problem.message)


def _ends(engine, container):
    """Waits for the end of a container. Returns whether it has ended, or waits for its restart."""
    deadline = time.monotonic() + END_WAIT
    while True:
        state = (inspect(engine, container) or {}).get('State') or {}
        if not state.get('Running') or state.get('Restarting'):
            return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(LOOK)


MEMORY_PLACES = ('/sys/fs/cgroup/memory/docker/%s/memory.usage_in_bytes',
                 '/sys/fs/cgroup/system.slice/docker-%s.scope/memory.current',
                 '/sys/fs/cgroup/docker/%s/memory.current')


def memory(container):
    """Returns the memory that a container uses, from its cgroup, since the daemon's answer takes a second. None if the
    cgroup is not found.
    """
    for place in MEMORY_PLACES:
        try:
            with open(place % container, encoding='ascii') as source:
                return int(source.read())
        except (OSError, ValueError):
            continue
    return None


def clean(text, limit=1000):
    """Returns untrusted text without characters that control a terminal."""
    return ''.join(letter if letter.isprintable() or letter == '\t' else '�' for letter in text[:limit])
