"""Restores the id of this host from the labels of its containers, after the file was lost or damaged."""

import os

from ..docker import containers
from ..docker.api import Engine
from ..errors import HostError
from ..store import state


def restore(host, warn):
    """Writes the id that the containers carry, or a new one if no container of a kept release is left.

    Does nothing if the stored id is intact. Other hosts may share the Docker daemon, so only containers of releases
    that are kept here count.
    """
    try:
        state.stored_host_id()
        return False
    except HostError as problem:
        why = problem.message
    found = {one['Labels'][containers.HOST] for one in containers.find(Engine(host.docker), None) if _is_kept(one)}
    if len(found) > 1:
        raise HostError('internal', 'the containers of the releases on this host carry several ids: %s' % (
            ', '.join(sorted(found))), hint='find out which of them belong to another host, and remove those')
    state.save_host_id(found.pop() if found else os.urandom(8).hex())
    warn('state', 'the id of this host was restored: ' + why)
    return True


def _is_kept(one):
    """Returns True for a container of a release that is kept on this host."""
    own = one['Labels']
    return bool(own.get(containers.HOST)) and own[containers.RELEASE] in state.AppState(own[containers.APP]).releases()
