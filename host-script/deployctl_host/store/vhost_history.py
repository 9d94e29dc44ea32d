"""Records the virtual hosts that the script wrote, so that one that was edited by hand is recognized and kept."""

import os
import time

from .. import files, regex

# How many texts are remembered: those of kept releases in port mode, open and closed, and those that an undo restores.
REMEMBERED = 200
KEPT = 5
NAME = regex.lazy(r'vhost-replaced-[0-9]{8}-[0-9]{6}(-[0-9]+)?\.conf')


def is_ours(app_state, text):
    """Returns True if the script wrote these bytes; None if nothing was recorded yet (by an older version)."""
    known = _load(app_state)
    return _sum(text) in known if known else None


def remember(app_state, text):
    """Records a text before it is written."""
    known = _load(app_state)
    if _sum(text) not in known:
        app_state.prepare()
        files.write_json(_path(app_state), (known + [_sum(text)])[-REMEMBERED:])


def keep(app_state, text):
    """Copies a text that is about to be replaced. Returns the path of the copy, which only root can read."""
    app_state.prepare()
    names = sorted(name for name in os.listdir(app_state.root) if NAME.fullmatch(name))
    for name in names:
        path = '%s/%s' % (app_state.root, name)
        if files.read_bytes(path) == text:
            return path
    stamp = time.strftime('vhost-replaced-%Y%m%d-%H%M%S', time.gmtime())
    taken = [name for name in names if name.startswith(stamp)]
    path = '%s/%s%s.conf' % (app_state.root, stamp, '-%d' % len(taken) if taken else '')
    files.write_atomic(path, text)
    for name in names[:-(KEPT - 1)]:
        files.remove_file('%s/%s' % (app_state.root, name))
    return path


def _sum(text):
    import hashlib  # imported here because it loads OpenSSL
    return hashlib.sha256(text).hexdigest()


def _path(app_state):
    return app_state.root + '/vhosts.json'


def _load(app_state):
    found = files.read_json(_path(app_state), [])
    return found if isinstance(found, list) else []
