"""The record that this host is drained, which is also the flag that nginx goes by: the file exists, or it does not.

No app can have a file of this name. nginx's user can see that it exists, and cannot read it.
"""

import os

from .. import files, paths
from ..errors import HostError


def path():
    return paths.STATE + '/.drained'


def load():
    """Returns {since, by} of a drained host, or None. What a damaged record says is not known; the host is drained."""
    try:
        found = files.read_json(path(), None)
    except HostError:
        found = {}
    if found is None:
        return None
    found = found if isinstance(found, dict) else {}
    return {name: found[name] if isinstance(found.get(name), str) else None for name in ('since', 'by')}


def save(since, by):
    files.make_dir(paths.STATE, 0o711)
    files.write_json(path(), {'since': since, 'by': by})


def forget():
    """Removes the record, durably. Returns False if there was none."""
    there = os.path.lexists(path())
    files.remove_file(path())
    if there:
        files.fsync_dir(paths.STATE)
    return there
