"""Who changed a variable of an app's environment on this host, and the secret of this host's tokens.

    <app>/env-changes.json      {name: {ts, by, token}}; no value
    env-token-key               random, created once
"""

import os

from .. import events, files, lock, paths
from ..errors import HostError

KEPT = 1000


def record(app_state, name, by, token):
    """Records that a variable got this token."""
    app_state.prepare()
    changes = dict(_read(app_state), **{name: {'ts': events.now(), 'by': by, 'token': token}})
    newest = sorted(changes, key=lambda each: changes[each]['ts'])[-KEPT:]
    files.write_json(_path(app_state), {each: changes[each] for each in newest})


def known(app_state, tokens):
    """Returns {name: {ts, by, token}} of the variables whose present token is that of a recorded change."""
    return {name: change for name, change in _read(app_state).items() if tokens.get(name) == change['token']}


def token_key():
    """Returns the secret that tokens of values on this host are made with."""
    path = paths.STATE + '/env-token-key'
    try:
        return files.read_bytes(path)
    except FileNotFoundError:
        pass
    files.make_dir(paths.STATE, 0o711)
    only_one = lock.Lock('.env-token-key')
    if not only_one.take(5.0):
        raise HostError('internal', 'another call has been creating %s for 5 s' % path, hint='try again')
    try:
        if not os.path.exists(path):
            files.write_atomic(path, os.urandom(32), 0o600)
        return files.read_bytes(path)
    finally:
        only_one.release()


def _read(app_state):
    """Returns the recorded changes; a damaged record counts as none."""
    try:
        found = files.read_json(_path(app_state), {})
    except HostError:
        return {}
    return {name: each for name, each in found.items() if _is_change(each)} if isinstance(found, dict) else {}


def _is_change(value):
    return isinstance(value, dict) and all(isinstance(value.get(field), str) for field in ('ts', 'by', 'token'))


def _path(app_state):
    return app_state.root + '/env-changes.json'
