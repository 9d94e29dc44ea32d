"""The record of a held release: one that runs beside the live one, and that no user reaches before it is promoted.

    <app>/held              who holds which release, since when and until when, and the token of its preview
    <app>/preview/          0710, nginx's group: containers have no mount of it
    <app>/preview/<token>   symlink that lets requests with this token reach the held release: see `nginx.preview`
    <app>/preview/held      symlink to its sockets

An app has one held release at most. The record is the decision: a release is held from its first byte on disk to its
removal, and a link without it is only what is left of a hold that did not come about.
"""

import os
from typing import Any, Dict, NamedTuple, Optional

from .. import events, files, patterns
from ..errors import HostError
from . import uptime

# The link to the sockets of the held release, beside that of the token.
SOCKETS = 'held'
# Who abandons a release whose time is over.
BY_ITSELF = 'deployctl-host'


class Held(NamedTuple):
    """A held release."""

    release: str
    rollout: str                        # the transaction that started it
    digest: Optional[str] = None
    tag: Optional[str] = None
    since: Optional[str] = None
    until: Optional[str] = None         # as people read it
    by: Optional[str] = None
    token: Optional[str] = None         # of its preview; None without one
    url: Optional[str] = None           # where the preview is asked for, if this host knows that
    deadline: float = 0.0               # by the time since the start of the host
    boot: str = ''

    def brief(self) -> Dict[str, Any]:
        """Returns the fields of a held release in `status` and `preflight`. The token is not among them."""
        return {name: getattr(self, name) for name in ('release', 'digest', 'tag', 'rollout', 'since', 'until', 'by')}

    def left(self):
        """Returns the seconds until it is abandoned. None are left after a restart of the host, which ended it."""
        return max(0.0, self.deadline - uptime.now()) if self.boot == uptime.boot() else 0.0


def of(record, request, rollout, token, url):
    """Returns the hold of a release by the request of a transaction, which begins now."""
    return Held(record.id, rollout, record.digest, record.tag, events.now(), events.now(request.hold), request.by,
                token, url, uptime.now() + request.hold, uptime.boot())


def save(app_state, held):
    """Records that a release is held."""
    files.write_json(_path(app_state), held._asdict())


def load(app_state) -> Optional[Held]:
    """Returns the held release of an app, or None.

    A record that was damaged counts as none: then its containers are strays, which the next call stops.
    """
    try:
        found = files.read_json(_path(app_state))
    except HostError:
        return None
    return Held(**{name: found[name] for name in Held._fields if name in found}) if _is_sound(found) else None


def release_of(app_state):
    """Returns the id of the held release, or None."""
    found = load(app_state)
    return found.release if found else None


def _is_sound(found):
    return isinstance(found, dict) and all(
        _matches(name, found.get(name)) for name in ('release', 'rollout')) and (
        found.get('token') is None or _matches('preview', found['token'])) and (
        type(found.get('deadline')) in (int, float) and isinstance(found.get('boot'), str))


def _matches(kind, value):
    return isinstance(value, str) and patterns.matches(kind, value)


def forget(app_state):
    """Removes the record and the way to the held release."""
    close_preview(app_state)
    files.remove_file(_path(app_state))
    if os.path.isdir(app_state.root):
        files.fsync_dir(app_state.root)


def preview_dir(app_state):
    return app_state.root + '/preview'


def preview_socket(app_state):
    """Returns the path at which nginx reaches the first instance of the held release in socket mode."""
    return '%s/%s/1.sock' % (preview_dir(app_state), SOCKETS)


def open_preview(app_state, token, record, group):
    """Leads requests with a token to a release; `group` is that of nginx's workers."""
    directory = preview_dir(app_state)
    files.make_dir(directory, None)
    os.chown(directory, -1, group)
    os.chmod(directory, 0o710)
    if record.mode == 'socket':
        files.replace_symlink('%s/%s' % (directory, SOCKETS), '../sockets/' + record.id)
    files.replace_symlink('%s/%s' % (directory, token), '.')


def close_preview(app_state):
    """Ends every way to a held release."""
    try:
        names = os.listdir(preview_dir(app_state))
    except FileNotFoundError:
        return
    for name in sorted(names):      # the token, whose digits come first, before that which it leads to
        files.remove_file('%s/%s' % (preview_dir(app_state), name))
    files.fsync_dir(preview_dir(app_state))


def _path(app_state):
    return app_state.root + '/held'
