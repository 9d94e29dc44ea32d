"""The record of the last `apply` on this host: which set of operators' files was written, by whom and when."""

from typing import Dict, NamedTuple, Optional

from .. import files, paths
from ..errors import HostError

HINT = 'move it away: the next deployctl apply takes over the files that are here; remove those of old apps by hand'


class Applied(NamedTuple):
    """One apply; `files` are the names of the files that it wrote, with the hash of each."""

    version: str
    commit: Optional[str]
    dirty: bool
    source: str
    by: str
    at: str
    files: Dict[str, str]

    def brief(self):
        """Returns the fields for events: all but the hashes of the files."""
        found = self._asdict()
        del found['files']
        return found


def load():
    """Returns the record, or None if no apply has ended on this host."""
    found = files.read_json(_path(), None, HINT)
    return None if found is None else from_dict(found, _path())


def from_dict(found, path):
    """Creates a record from its dict at `path`, ignoring fields of later versions; HostError if it is damaged."""
    try:
        applied = Applied(**{name: found[name] for name in Applied._fields})
        sound = all(isinstance(value, str) for value in (applied.version, applied.source, applied.by, applied.at)) and (
            applied.commit is None or isinstance(applied.commit, str)) and isinstance(applied.dirty, bool) and all(
                isinstance(value, str) for value in applied.files.values())
    except (KeyError, TypeError, AttributeError):
        sound = False
    if not sound:
        raise HostError('internal', '%s is damaged' % path, hint=HINT)
    return applied


def save(applied):
    files.make_dir(paths.STATE, 0o711)
    files.write_json(_path(), applied._asdict())


def _path():
    return paths.STATE + '/applied.json'
