"""Reads the memory of this host."""

from typing import NamedTuple

from ..docker import cgroup

MEMINFO = '/proc/meminfo'
# The host's own cgroup. A limit in it counts for hosts that are containers themselves: /proc/meminfo ignores it.
CGROUPS = ('/sys/fs/cgroup/memory', '/sys/fs/cgroup')
KIB = 1024


class Machine(NamedTuple):
    """The memory of a host in bytes."""

    total: int
    available: int  # without swapping, as the kernel estimates it
    swap: int       # free swap space


def read():
    """Returns the memory of this host, or None if the kernel does not tell."""
    try:
        with open(MEMINFO, encoding='ascii') as source:
            lines = [line.split() for line in source]
        found = {words[0]: int(words[1]) * KIB for words in lines if len(words) > 1}
        machine = Machine(found['MemTotal:'], found['MemAvailable:'], found.get('SwapFree:', 0))
    except (OSError, ValueError, KeyError):
        return None
    for place in CGROUPS:
        own = cgroup.of_cgroup(place)
        if own is not None and own.limit is not None and own.limit < machine.total:
            return machine._replace(total=own.limit, available=max(0, min(machine.available, own.limit - own.used)))
    return machine
