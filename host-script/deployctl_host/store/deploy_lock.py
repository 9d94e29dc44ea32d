"""The deploy lock: until it expires, only its holder may change the app, across calls and reboots."""

import time

from .. import events, files, lock
from ..errors import HostError


def take(app_state, wanted, holder, reason, expires, renew=False):
    """Acquires or renews the lock `wanted`; `expires` in seconds from now, None for never. Returns the lock.

    With `renew`, a lock that is not held any more is refused: others may have changed the app since.
    """
    with _only_one(app_state.app):
        held = app_state.deploy_lock()
        if held is not None and held['lock'] != wanted:
            raise refusal(app_state.app, held)
        if held is None and renew:
            raise lost(app_state.app, wanted)
        since = held['since'] if held else events.now()
        found = {'lock': wanted, 'holder': holder, 'since': since, 'reason': reason,
                 'expires': None if expires is None else time.time() + expires}
        files.write_json(_path(app_state), found)
        return found


def release(app_state, wanted, force):
    """Releases the lock; it is no error if it is not held any more. Returns the lock, or None."""
    with _only_one(app_state.app):
        try:
            held = app_state.deploy_lock()
        except HostError:
            if not force:
                raise
            held = None
        if held is not None and held['lock'] != wanted and not force:
            raise refusal(app_state.app, held)
        files.remove_file(_path(app_state))
        return held


def refusal(app, held):
    """Returns the error for a caller that does not hold the lock."""
    reason = ': ' + held['reason'] if held.get('reason') else ''
    until = ', until %s' % text_of(held['expires']) if held.get('expires') else ''
    return HostError('locked', '%s is locked by %s since %s%s%s' % (app, held['holder'], held['since'], until, reason),
                     state='nothing was touched',
                     hint='wait, or ask %s; deployctl-host unlock %s --force ends the lock' % (held['holder'], app))


def require(app_state, wanted):
    """Raises HostError unless the caller names the lock that is held, or none is held and the caller names none.

    A caller whose lock has ended is refused because others may have changed the app since.
    """
    held = app_state.deploy_lock()
    if held is not None and held['lock'] != wanted:
        raise refusal(app_state.app, held)
    if held is None and wanted is not None:
        raise lost(app_state.app, wanted)


def lost(app, wanted):
    """Returns the error for a caller whose lock has ended."""
    return HostError('locked', 'lock %s does not hold %s on this host: it has expired, was released, or was never '
                     'acquired here' % (wanted, app), state='nothing was touched',
                     hint='others may have changed the app since: deployctl-host history %s; then acquire a new '
                          'lock' % app)


def facts(app, held):
    """Returns the fields of an event about a lock."""
    fields = {name: held.get(name) for name in ('lock', 'holder', 'since', 'reason')}
    return dict(fields, app=app, expires=text_of(held.get('expires')))


def text_of(moment):
    """Returns a time in the form of events, or None."""
    return None if moment is None else time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(moment))


def _path(app_state):
    return app_state.root + '/lock.json'


class _only_one:
    """Excludes other calls between reading and writing the lock."""

    def __init__(self, app):
        self._lock = lock.Lock('.deploy-lock-' + app)

    def __enter__(self):
        if not self._lock.take(5.0):
            raise HostError('internal', 'another call has been changing the lock for 5 s', state='nothing was touched',
                            hint='try again')

    def __exit__(self, *_):
        self._lock.release()
