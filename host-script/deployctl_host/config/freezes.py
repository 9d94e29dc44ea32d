"""Reads /etc/deployctl/freezes.conf: when nobody deploys, and refuses deploys at these times.

    [freeze christmas]                  nobody deploys from ... until ...
    [window office]                     an app with windows is deployed only inside one of them

A rollback, restart, stop or start is never refused: whoever has trouble must be able to go back.
"""

import time
from typing import Any, NamedTuple, Optional, Tuple

from .. import paths, trust
from ..errors import HostError
from .form import Form

# The verbs that bring a new release; `release` runs the release command of one.
VERBS = ('deploy', 'promote', 'release')


class Closed(NamedTuple):
    """Why an app cannot be deployed now, and until when."""

    kind: str       # 'freeze' or 'window'
    name: str
    reason: Optional[str]
    until: float

    def facts(self):
        """Returns the field `freeze` of a `status` event."""
        return {'kind': self.kind, 'name': self.name, 'reason': self.reason, 'until': _text(self.until)}

    def message(self, app):
        if self.kind == 'freeze':
            return 'deploys of %s are frozen until %s: %s (freeze %s)' % (
                app, _text(self.until), self.reason, self.name)
        return '%s is deployed only in its windows, of which the next, %s, opens at %s' % (
            app, self.name, _text(self.until))


class Freezes(NamedTuple):
    """All freezes and windows of this host: `Freeze` and `Window` of `freeze_sections`."""

    freezes: Tuple[Any, ...] = ()
    windows: Tuple[Any, ...] = ()

    def closed(self, app, moment):
        """Returns why an app cannot be deployed at a moment, or None."""
        active = [each for each in self.freezes if each.begin <= moment < each.end and app in (each.apps or (app,))]
        if active:
            last = max(active, key=lambda each: each.end)
            return Closed('freeze', last.name, last.reason, last.end)
        windows = [each for each in self.windows if app in (each.apps or (app,))]
        if not windows or any(each.is_open(moment) for each in windows):
            return None
        opening, name = min((each.next_opening(moment), each.name) for each in windows)
        return Closed('window', name, None, opening)


def exist():
    """Returns whether this host has any."""
    return _read() is not None


def closed(app, moment=None):
    """Returns why an app cannot be deployed now, or None. HostError('definition') if the file has mistakes."""
    return load().closed(app, time.time() if moment is None else moment)


def require(app, verb, emergency):
    """Raises HostError('frozen') if the app cannot be deployed now, unless an emergency is the reason for it."""
    if verb not in VERBS or emergency is not None:
        return
    found = closed(app)
    if found is not None:
        raise HostError('frozen', found.message(app), state='nothing was changed',
                        hint='wait for that time, or deploy with --emergency=REASON, which is recorded; a rollback is '
                             'possible at any time')


def load():
    """Returns the freezes and windows; none without a file. HostError('definition') with all its mistakes."""
    data = _read()
    if data is None:
        return Freezes()
    from . import freeze_sections   # imported here because few hosts have the file, and it is slow
    form = Form(_path(), data)
    found = Freezes(*freeze_sections.read(form))
    form.close()
    return found


def _path():
    return paths.freezes()


def _read():
    try:
        return trust.read(_path())
    except FileNotFoundError:
        return None


def _text(moment):
    return time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(moment))
