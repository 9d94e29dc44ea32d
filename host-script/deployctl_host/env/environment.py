"""Reads an app's environment as one consistent snapshot and checks it before anything is touched."""

import json
from typing import Dict, Optional, Tuple

from ..errors import HostError
from . import expand, lint, sources


class EnvSnapshot:
    """A snapshot of an environment. `revision` is etcd's; `sha256` compares snapshots without showing a value.

    It is not a NamedTuple because its text form, which may end up in a traceback, must not show values.
    """

    def __init__(self, source: str, revision: Optional[int], values: Dict[str, str], sha256: str,
                 warnings: Tuple[str, ...] = ()):
        self.source = source
        self.revision = revision
        self.values = values
        self.sha256 = sha256
        self.warnings = warnings

    @property
    def names(self):
        return sorted(self.values)

    def __repr__(self):
        return 'EnvSnapshot(source=%r, revision=%r, names=%r)' % (self.source, self.revision, self.names)

    def as_dict(self):
        """Returns the content of the release's env.json, which only root can read."""
        return {'source': self.source, 'revision': self.revision, 'values': self.values, 'sha256': self.sha256}


def snapshot(source, revision, values, warnings=()):
    import hashlib  # imported here because it loads OpenSSL
    text = json.dumps(values, sort_keys=True, ensure_ascii=True, separators=(',', ':'))
    return EnvSnapshot(source, revision, dict(values), hashlib.sha256(text.encode('ascii')).hexdigest(),
                       tuple(warnings))


def from_dict(stored):
    """Returns the snapshot that `as_dict` stored; raises HostError('internal') if it was damaged."""
    try:
        kept = snapshot(stored['source'], stored['revision'], stored['values'])
        sound = kept.sha256 == stored['sha256'] and all(
            isinstance(name, str) and isinstance(value, str) for name, value in kept.values.items())
    except (KeyError, TypeError, ValueError):
        sound = False
    if not sound:
        raise HostError('internal', 'the stored environment of this release is damaged')
    return kept


def read(definition, host):
    """Reads the current environment of one app. Raises HostError 'unavailable' (etcd) or 'definition' (invalid)."""
    return checked(definition, sources.read(definition, host))


def checked(definition, found):
    """Returns the environment that an app gets of the variables that were found; raises `lint.Refusal`."""
    env = definition.env
    if found.source == 'none':
        return snapshot('none', None, {})
    complaints = [lint.complaint(name, value, env.allow) for name, value in sorted(found.values.items())]
    lint.refuse(found.where, [each for each in complaints if each])
    remarks = [text for name, value in found.values.items() for text in lint.remark(name, value, found.source)]
    values = {name: value.decode('utf-8') for name, value in found.values.items()}
    if env.expand == 'etcenv':
        values = expand.expand(found.where, values)
    _whole(found.where, definition, values)
    return snapshot(found.source, found.revision, values, sorted(remarks + list(found.warnings)))


def refusal(definition, found):
    """Returns why an app cannot get these variables as they are, or None."""
    try:
        checked(definition, found)
    except lint.Refusal as problem:
        return problem
    return None


def _whole(where, definition, values):
    """Checks the rules that concern the environment as a whole."""
    env = definition.env
    if not values and not env.may_be_empty:
        raise lint.Refusal('the environment from %s is empty' % where,
                           'fill it, or set may-be-empty = yes in [env] of the definition of %s' % definition.app)
    missing = [name + ': required, but not set' for name in env.required if name not in values]
    taken = {definition.connect.path_env if definition.connect.mode == 'socket' else definition.connect.port_env,
             'DEPLOYCTL_RELEASE'}
    missing += [name + ': set by deployctl-host itself' for name in sorted(taken) if name in values]
    size = sum(len(name) + len(value.encode('utf-8')) + 2 for name, value in values.items())
    if size > lint.TOTAL_LIMIT:
        missing.append('%d bytes in total, more than %d KiB' % (size, lint.TOTAL_LIMIT // 1024))
    lint.refuse(where, missing)
