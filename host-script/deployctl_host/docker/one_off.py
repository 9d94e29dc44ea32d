"""Containers that run a one-off command of an app: labels, waiting, stopping, removal."""

import json
import threading
import time
from typing import List

from .. import http_client
from ..errors import HostError
from . import containers, images
from .api import DockerError

RUN = 'deployctl.run'
# The deadline, by the clock that counts from boot, since that cannot be set.
UNTIL = 'deployctl.until'
# A container that was created this long ago and never started has lost its creator.
ABANDONED = 3600.0
RUNNING = ('running', 'paused', 'restarting')


def name_of(app, identity):
    return 'deployctl-%s-run-%s' % (app, identity)


def image_tag(identity):
    """Returns the tag that keeps the image of a command on this host while its container lives."""
    return 'run-' + identity


def labels(app, identity, host_id, seconds):
    """Returns the labels; `seconds` is how long the command may take from now, including its stop."""
    return {containers.APP: app, containers.HOST: host_id, RUN: identity, UNTIL: str(int(_now() + seconds))}


def _now():
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def is_running(seen):
    """Returns True if a container's description says that it runs."""
    return seen is not None and seen['State'].get('Status') in RUNNING


class Observer:
    """Reads Docker's events about one container in the background, until it ends.

    `ended` is set then. `signals` are those that Docker sent to it, also on behalf of others and when the daemon stops.
    `broken` is True if Docker did not tell the end: it was stopped or restarted.
    """

    def __init__(self, engine, container):
        self.ended = threading.Event()
        self.broken = False
        self.signals: List[str] = []
        self._answer, self._connection = engine.open('GET', '/events', {
            'since': '1', 'filters': json.dumps({'container': [container], 'event': ['kill', 'die']})}, stream=True)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        rest = b''
        try:
            with self._connection:
                for piece in self._answer.chunks():
                    lines = (rest + piece).split(b'\n')
                    rest = lines.pop()
                    if any(self._is_the_end(json.loads(line)) for line in lines if line.strip()):
                        self.ended.set()
                        return
        except (OSError, http_client.HttpError, ValueError, KeyError, TypeError, AttributeError):
            pass
        self.broken = True
        self.ended.set()

    def _is_the_end(self, event):
        if event['Action'] == 'kill':
            self.signals.append(containers.clean(str(event['Actor']['Attributes'].get('signal')), 20))
        return event['Action'] == 'die'


def discard(engine, app, identity):
    """Removes a container that was created, unless it has been started since: then returns False."""
    try:
        engine.call('DELETE', '/containers/' + name_of(app, identity), {'v': 'true'})
    except DockerError as problem:
        if problem.status == 409:
            return False
        if problem.status != 404:
            raise HostError('unavailable', 'Docker: %s' % problem.message) from problem
    return True


def stop(engine, container, seconds):
    """Sends the stop signal, and SIGKILL after `seconds`. Returns False if the command had ended before."""
    try:
        answer, connection = engine.open('POST', '/containers/%s/stop' % container, {'t': str(int(seconds + 0.999))},
                                         timeout=seconds + containers.STOP_MARGIN)
    except DockerError as problem:
        if problem.status == 404:
            return False
        raise HostError('unavailable', 'Docker cannot stop container %s: %s' % (
            container[:12], problem.message)) from problem
    with connection:
        return answer.status != 304


def attach(engine, container):
    """Connects to the terminal of a container that is to be started. Returns a socket that passes its bytes."""
    try:
        connection = engine.open('POST', '/containers/%s/attach' % container, {
            'stream': '1', 'stdin': '1', 'stdout': '1', 'stderr': '1'}, stream=True)[1]
    except DockerError as problem:
        raise HostError('unavailable', 'Docker cannot attach to container %s: %s' % (
            container[:12], problem.message)) from problem
    connection.setblocking(False)
    return connection


def resize(engine, container, rows, columns):
    """Sets the size of a container's terminal. Returns False if it does not run yet, or Docker does not answer."""
    try:
        engine.call('POST', '/containers/%s/resize' % container, {'h': str(rows), 'w': str(columns)}, timeout=2.0)
        return True
    except HostError:
        return False


def with_terminal(spec):
    """Changes the body of a create request: a terminal, no log of what it shows, and SIGHUP when it is hung up."""
    spec.update(Tty=True, OpenStdin=True, StdinOnce=True, AttachStdin=True, AttachStdout=True, AttachStderr=True,
                StopSignal='SIGHUP')
    spec['HostConfig']['LogConfig'] = {'Type': 'none', 'Config': {}}


def find(engine, host_id, app):
    """Returns all one-off containers, running or not."""
    wanted = ['%s=%s' % pair for pair in ((containers.HOST, host_id), (containers.APP, app))] + [RUN]
    return [one for one in containers.labelled(engine, wanted)
            if '/' + name_of(app, one['Labels'].get(RUN)) in one['Names']]


def sweep(engine, host_id, app, kept=()):
    """Removes one-off containers that have ended or passed their deadline. Returns how many.

    `kept` are the ids of commands whose records are open: their keepers remove their containers.
    """
    removed = 0
    for one in find(engine, host_id, app):
        if one['Labels'][RUN] not in kept and _over(one):
            remove(engine, app, one['Labels'][RUN])
            removed += 1
    return removed


def remove(engine, app, identity):
    """Removes the container of a command, if there is one, and the tag that kept its image."""
    containers.remove(engine, name_of(app, identity))
    images.remove(engine, '%s:%s' % (images.local_repository(app), image_tag(identity)))


def _over(one):
    if one['State'] == 'created':
        return time.time() - one.get('Created', 0) > ABANDONED
    until = one['Labels'].get(UNTIL, '')
    return one['State'] in ('exited', 'dead') or (until.isdigit() and _now() > int(until))
