"""Containers of an app that run although they are not live, or would come back by themselves: settled here.

A stop or an update of the restart policy that Docker refused leaves them behind. In port mode such a container holds
the port that the next release needs; in both modes it would rise again with dockerd.
"""

import time

from .. import sockets
from ..docker import containers
from ..errors import HostError
from . import release_containers, routing

LOOK = 0.1


def live(scope):
    """The releases whose containers must stay as they are: none of a stopped app, else what users may be led to."""
    facts = scope.state.load()
    if facts.get('stopped'):
        return set()
    return {facts.get('current'), routing.leads_to(scope)} - {None}


def settle(scope, spared):
    """Stops what runs and is not of a release in `spared`, and lets no other container come back by itself.

    Each is told with a warning. Returns the ports that are held by containers which Docker could not end.
    """
    found = [one for one in containers.find(scope.engine, scope.host_id, scope.app)
             if one['Labels'][containers.RELEASE] not in spared]
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
            held |= ports(containers.inspect(scope.engine, one['Id']))
            scope.warn('stray', '%s, and could not be ended: %s' % (what, outcome.message))
        else:
            scope.warn('stray', '%s: it was %s' % (what, outcome))
    return held


def _wait_until_quiet(scope, running):
    """Nobody may talk to a container any more when it is stopped; a connection that stays open is cut at the cap."""
    deadline = time.monotonic() + scope.definition.drain.timeout
    while talked_to(scope, running) and time.monotonic() < deadline:
        time.sleep(LOOK)


def talked_to(scope, found):
    """How many connections are open to containers, by their sockets and ports: no record of theirs is needed."""
    paths = [scope.state.socket(one['Labels'][containers.RELEASE], int(one['Labels'][containers.INSTANCE]))
             for one in found]
    published = set().union(*(ports(containers.inspect(scope.engine, one['Id'])) for one in found))
    return sockets.connected(paths) + sockets.established(published)


def _end(scope, one):
    """Stops a container; one that Docker cannot stop is removed, since a later start makes it from its image."""
    try:
        containers.stop(scope.engine, one['Id'], scope.definition.drain.stop_timeout)
        return 'stopped'
    except HostError:
        containers.remove(scope.engine, one['Id'])
        return 'removed, since Docker could not stop it'


def ports(found):
    """The ports of this host that a container publishes."""
    bound = ((found or {}).get('HostConfig') or {}).get('PortBindings') or {}
    return {int(each['HostPort']) for several in bound.values() for each in several or () if each.get('HostPort')}
