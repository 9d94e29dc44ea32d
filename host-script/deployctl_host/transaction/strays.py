"""Strays: containers of an app that run, or that Docker would restart, although their release is not live.

A stop, or an update of a restart policy, that Docker refused leaves them behind. In port mode a stray holds the port
that the next release needs; in both modes dockerd would start it again.
"""

import time

from .. import sockets
from ..docker import containers
from ..errors import HostError
from ..store import held as holds
from . import release_containers, routing
from .processes import instances, retiring

LOOK = 0.1


def live_releases(scope):
    """Returns the releases that users may be routed to, whose containers are no strays; none for a stopped app."""
    facts = scope.state.load()
    if facts.get('stopped'):
        return set()
    return {facts.get('current'), routing.routed_release(scope)} - {None}


def stop_strays(scope, spared):
    """Stops all strays, and keeps Docker from restarting them.

    They are the containers of releases that are neither in `spared` nor held.

    Warns of each. Returns the ports that are held by containers which Docker could not stop.
    """
    found = [one for one in containers.find(scope.engine, scope.host_id, scope.app)
             if one['Labels'][containers.RELEASE] not in {*spared, holds.release_of(scope.state)}]
    found = instances.without_retiring(scope.state, found)
    running = [one for one in found if one['State'] in release_containers.RUNNING]
    if running:
        _wait_until_quiet(scope, running)
    for one in found:
        with scope.tolerant('restart-policy'):
            containers.set_restart(scope.engine, one['Id'], 'no')
    outcomes = release_containers.at_once([lambda one=one: _end(scope, one) for one in running])
    held = set()
    for one, outcome in zip(running, outcomes):
        what = 'container %s of release %s ran, although that release is not live' % (
            one['Names'][0].lstrip('/'), one['Labels'][containers.RELEASE])
        if isinstance(outcome, HostError):
            held |= published_ports(containers.inspect(scope.engine, one['Id']))
            scope.warn('stray', '%s, and could not be ended: %s' % (what, outcome.message))
        else:
            scope.warn('stray', '%s: it was %s' % (what, outcome))
    return held


def _wait_until_quiet(scope, running):
    """Waits until no connection to the containers is left, at most for the drain timeout."""
    deadline = time.monotonic() + scope.definition.drain.timeout
    while open_connections(scope, running) and time.monotonic() < deadline:
        time.sleep(LOOK)


def open_connections(scope, found):
    """Counts the connections to containers by their sockets and ports, which needs no record of their release."""
    paths = [scope.state.socket(one['Labels'][containers.RELEASE], int(one['Labels'][containers.INSTANCE]))
             for one in containers.web(found)]
    published = set().union(*(published_ports(containers.inspect(scope.engine, one['Id']))
                              for one in containers.web(found)))
    return sockets.connected(paths) + sockets.established(published)


def _end(scope, one):
    """Stops a container. One that Docker cannot stop is removed: a later start makes it again from its image."""
    try:
        if containers.process_of(one) is not None:
            retiring.retire(scope, [one], scope.rollout)
            return 'told to end'
        containers.stop(scope.engine, one['Id'], scope.definition.drain.stop_timeout)
        return 'stopped'
    except HostError:
        containers.remove(scope.engine, one['Id'])
        return 'removed, since Docker could not stop it'


def published_ports(found):
    """Returns the ports of this host that a container publishes."""
    bound = ((found or {}).get('HostConfig') or {}).get('PortBindings') or {}
    return {int(each['HostPort']) for several in bound.values() for each in several or () if each.get('HostPort')}
