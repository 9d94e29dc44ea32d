"""Containers that run a one-off command of an app: labels, waiting, removal."""

import json
import time

from .. import http_client
from ..errors import HostError
from . import containers
from .api import DockerError

RUN = 'deployctl.run'
# The deadline, by the clock that counts from boot, since that cannot be set.
UNTIL = 'deployctl.until'
# A container that was created this long ago and never started has lost its creator.
ABANDONED = 3600.0


def name_of(app, identity):
    return 'deployctl-%s-run-%s' % (app, identity)


def labels(app, identity, host_id, seconds):
    """Returns the labels; `seconds` is how long the command may take from now, including its stop."""
    return {containers.APP: app, containers.HOST: host_id, RUN: identity, UNTIL: str(int(_now() + seconds))}


def _now():
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def wait(engine, container):
    """Waits, without limit, until the container ends. Returns its exit code, or None if the container was removed."""
    try:
        answer, connection = engine.open('POST', '/containers/%s/wait' % container, stream=True)
        with connection:
            return json.loads(answer.read(65536))['StatusCode']
    except DockerError as problem:
        if problem.status == 404:
            return None
        raise HostError('unavailable', 'Docker cannot wait for container %s: %s' % (
            container[:12], problem.message)) from problem
    except (OSError, http_client.HttpError, ValueError, KeyError) as problem:
        short = container[:12]
        raise HostError('unavailable', 'Docker stopped answering while the command ran, in container %s' % short,
                        state='the exit code of the command is unknown', hint='docker inspect ' + short) from problem


def find(engine, host_id, app):
    """Returns all one-off containers, running or not."""
    wanted = ['%s=%s' % pair for pair in ((containers.HOST, host_id), (containers.APP, app))] + [RUN]
    try:
        found = engine.shaped(list, 'GET', '/containers/json', {
            'all': 'true', 'filters': json.dumps({'label': wanted})})
    except DockerError as problem:
        raise HostError('unavailable', 'Docker cannot list containers: %s' % problem.message) from problem
    return [one for one in found if '/' + name_of(app, one['Labels'].get(RUN)) in one['Names']]


def sweep(engine, host_id, app):
    """Removes one-off containers that have ended or passed their deadline and whose watchdog died. Returns how many.

    The caller must record their results first.
    """
    removed = 0
    for one in find(engine, host_id, app):
        if _over(one):
            containers.remove(engine, one['Id'])
            removed += 1
    return removed


def _over(one):
    if one['State'] == 'created':
        return time.time() - one.get('Created', 0) > ABANDONED
    until = one['Labels'].get(UNTIL, '')
    return one['State'] in ('exited', 'dead') or (until.isdigit() and _now() > int(until))
