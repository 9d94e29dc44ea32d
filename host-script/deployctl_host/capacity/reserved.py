"""Adds up the memory limits of the running containers on this host, as a scheduler counts reservations."""

from typing import Any, Dict, List

from ..docker import cgroup, containers
from ..store import state
from . import machine
from .memory import RUNNING


def facts(engine, visible) -> Dict[str, Any]:
    """Returns the fields of a `capacity` event.

    `visible` tells of an app whether the caller may see it. Containers of all other apps count in `reserved` alone.
    """
    here = machine.read()
    listed = containers.find(engine, state.host_id()) if state.knows_host_id() else []
    limits: Dict[str, List[int]] = {}
    unlimited = 0
    for one in listed:
        if one['State'] not in RUNNING:
            continue
        figures = cgroup.of_container(one['Id'])
        if figures is None or figures.limit is None:
            unlimited += 1
        else:
            limits.setdefault(one['Labels'][containers.APP], []).append(figures.limit)
    return {'total': here.total if here else None, 'available': here.available if here else None,
            'reserved': sum(map(sum, limits.values())), 'unlimited': unlimited,
            'apps': [{'app': app, 'containers': len(of), 'reserved': sum(of), 'largest': max(of)}
                     for app, of in sorted(limits.items()) if visible(app)]}
