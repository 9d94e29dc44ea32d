"""Reads the memory figures of containers from their cgroups, since the daemon's answer takes a second."""

from typing import NamedTuple, Optional

PLACES = ('/sys/fs/cgroup/memory/docker/%s', '/sys/fs/cgroup/memory/system.slice/docker-%s.scope',
          '/sys/fs/cgroup/system.slice/docker-%s.scope', '/sys/fs/cgroup/docker/%s')
# The names of the files in version 1 and in version 2.
USED = ('memory.usage_in_bytes', 'memory.current')
LIMIT = ('memory.limit_in_bytes', 'memory.max')
# Pages of files, which the kernel drops when memory is short. Version 1 counts those of inner cgroups under `total_`.
RECLAIMABLE = (('total_inactive_file', 'inactive_file'), ('total_active_file', 'active_file'))


class Figures(NamedTuple):
    """The memory of a cgroup in bytes."""

    used: int               # without what the kernel can reclaim
    limit: Optional[int]    # None: unlimited


def of_container(container):
    """Returns the figures of a container, or None if its cgroup is not found."""
    return next((found for found in (of_cgroup(place % container) for place in PLACES) if found), None)


def of_cgroup(directory):
    """Returns the figures of a cgroup, or None if it has none (as the root of version 2)."""
    used, limit = (_first(directory, names) for names in (USED, LIMIT))
    if used is None or not used.isdigit():
        return None
    counted = dict(line.split(' ', 1) for line in (_read(directory + '/memory.stat') or '').splitlines() if ' ' in line)
    reclaimable = sum(_count(counted, names) for names in RECLAIMABLE)
    return Figures(max(0, int(used) - reclaimable), int(limit) if limit and limit.isdigit() else None)


def _first(directory, names):
    return next((found for found in (_read('%s/%s' % (directory, name)) for name in names) if found), None)


def _count(counted, names):
    value = next((counted[name] for name in names if name in counted), '0')
    return int(value) if value.isdigit() else 0


def _read(path):
    try:
        with open(path, encoding='ascii') as source:
            return source.read(65536).strip()
    except (OSError, ValueError):
        return None
