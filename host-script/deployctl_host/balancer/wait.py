"""Waits until a drained host gets no more requests, and judges when it may be rebooted."""

import time
from typing import Optional

from .. import events
from ..errors import HostError
from ..nginx import access_log
from ..store import drained
from . import arrivals, site

LOOK = 1.0
REPORT = 5.0
# A checker that asked once and is silent for this many quiet times was no load balancer.
SILENT = 2


class Wait:
    """The wait for the end of the traffic on this host, and what was seen so far.

    A host is free of traffic if for `[balancer] quiet` no request ended and none was in hand, and if each load balancer
    that asks has been told so often that it sends no more. Silence alone proves nothing: a balancer that has not asked
    yet will go on, and one that never asks does not know.
    """

    def __init__(self, host, warn):
        self._host = host
        self._begun = self._busy_at = time.monotonic()
        self._checks = arrivals.Checks()
        logged = arrivals.apps(host)
        self._apps = [arrivals.Requests(app) for app in logged]
        for app in (app for app, is_logged in logged.items() if not is_logged):
            warn('balancer', 'requests for %s are not counted, only those in hand: its template does not write '
                 '%s' % (app, access_log.path_of(app)))
        self.active = None
        self.recent = 0

    def look(self):
        """Reads what has happened since the last look."""
        now = time.monotonic()
        self.recent = sum(app.look() for app in self._apps)
        self._checks.look(now)
        self.active = site.active(self._host)
        if self.recent or self.active != 0:
            self._busy_at = now

    @property
    def waited(self):
        return time.monotonic() - self._begun

    @property
    def quiet(self):
        return time.monotonic() - self._busy_at

    @property
    def safe(self):
        return not self.reasons()

    def reasons(self):
        """Returns why the host is not free of traffic, as sentences; empty if it is."""
        found, balancer = [], self._host.balancer
        if self.active is None:
            found.append('nginx does not tell how many requests it has in hand')
        elif self.active:
            found.append('%d requests are in progress (a download, a WebSocket, a long poll)' % self.active)
        elif self.quiet < balancer.quiet:
            found.append('the last request ended %d s ago, and %d s without one are wanted' % (
                self.quiet, balancer.quiet))
        if not self._checks.counts:
            found.append('no load balancer has asked for %s on %s: does it check that path and port?' % (
                balancer.path, ', '.join(balancer.listen)))
        return found + ['%s was told %d times, and gives a host up after %d' % (who, count, balancer.failures)
                        for who, count in sorted(self._checks.counts.items()) if self._is_unsure(who, count)]

    def _is_unsure(self, who, count):
        silent = time.monotonic() - self._checks.last[who]
        alone = len(self._checks.counts) == 1
        return count < self._host.balancer.failures and (alone or silent < SILENT * self._host.balancer.quiet)

    def facts(self):
        """Returns the fields that the events of a drain have in common."""
        return {'waited_ms': round(self.waited * 1000), 'requests': sum(app.count for app in self._apps),
                'active': self.active, 'quiet_ms': round(self.quiet * 1000), 'checks': self._checks.facts()}

    def by_app(self):
        return [app.facts() for app in self._apps if app.count]

    def close(self):
        self._checks.close()
        for app in self._apps:
            app.close()


def until_safe(wait, limit, output):
    """Looks until the host is free of traffic or `limit` seconds have passed, and reports on the way.

    Raises HostError('locked') if somebody ends the drain.
    """
    reported: Optional[float] = None
    while True:
        wait.look()
        if drained.load() is None:
            raise HostError('locked', 'somebody has ended the drain of this host',
                            state='the host is not drained', hint='deployctl-host drain begins another one')
        if wait.safe or wait.waited >= limit or not output.listening():
            return
        now = time.monotonic()
        if reported is None or now - reported >= REPORT:
            output.emit('balancer.progress', **wait.facts())
            reported = now
        time.sleep(min(LOOK, max(0.0, limit - wait.waited)))


def begin(by):
    """Records that this host is drained, which nginx goes by. Returns the record, an earlier one if there is one."""
    found = drained.load()
    if found is None:
        drained.save(events.now(), by)
        found = drained.load()
    return found
