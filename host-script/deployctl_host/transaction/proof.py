"""Proves a switch: by answers through nginx that only the new release can have given, while its containers run."""

import os
import time
from typing import Optional

from .. import probes, sockets
from ..errors import HostError
from ..nginx import vhost
from . import release

# Good answers in a row. A pooled connection that a busy worker has yet to close carries one more request, not three.
ANSWERS = 3
ANSWERS_UNSEEN = 5
SAMPLE = 0.002
# Bad answers for so long fail the switch. Longer than connections to an unhealthy old release stay in the pool.
TOLERANCE = 3.0
POOL_MARGIN = 0.5


class AnyAnswer:
    """Counts every answer, where no other release can give one."""

    reached = True
    needed = 1

    def __init__(self, transaction):
        self._transaction = transaction

    def ask(self, question):
        """Returns (what was seen, whether it counts)."""
        return probes.ask_all([question], self._transaction.identity)[0], True


class SocketAnswers(AnyAnswer):
    """Decides of each answer whether only the new release can have given it.

    nginx resolves the symlink for each new connection, but keeps used ones in a pool for a while: through one of these
    a request may reach the old release, while requests of other users open connections to the new one. So an answer
    counts if no connection to another release was open when it was asked for, or if the time of the pool is over, and
    in both cases if nginx was seen connected to a socket of the new release. It also counts if it names the new release
    in the header that the definition configures.
    """

    def __init__(self, transaction):
        super().__init__(transaction)
        new = transaction.new
        self._mine = release.addresses(transaction.state, new)
        self._others = list(_other_sockets(transaction.state, new))
        self._known = sockets.numbers(self._mine) if transaction.known is None else transaction.known
        self._led_at = transaction.led_at or time.monotonic()
        self._sample = SAMPLE
        self._pools = transaction.settings.version >= vhost.KEEPALIVE_TIME_SINCE
        self.needed = ANSWERS if self._pools else ANSWERS_UNSEEN
        self.reached = False

    def ask(self, question):
        """Returns (what was seen, whether it counts)."""
        alone = self._no_other_is_connected()
        running = probes.Running(question, self._transaction.identity)
        seen: Optional[probes.Seen] = None
        while seen is None:
            self._look()
            seen = running.poll(self._sample)
        self._look()
        if seen.told == self._transaction.new.id:
            self.reached = True
            return seen, True
        if seen.ok and seen.told:
            seen = probes.Seen(False, '%s, but release %s answers' % (seen.saw, seen.told[:40]), seen.ms)
        if seen.ok and not self.reached:
            self._sample = 0.0      # connections of an app that closes each at once are seen only without pauses
        # Without a pool nginx closes each connection at once, too fast to be seen reliably.
        return seen, alone and (self.reached or not seen.ok or not self._pools)

    def _no_other_is_connected(self):
        """Returns whether nginx has no connection left through which a request could reach another release."""
        if self._transaction.new_workers or not self._pools:
            return True
        if time.monotonic() - self._led_at >= vhost.POOL_LIFE + POOL_MARGIN:
            return True
        return sockets.connected(self._others) == 0

    def _look(self):
        self.reached = self.reached or bool(sockets.numbers(self._mine) - self._known)


def _other_sockets(app_state, new):
    """Yields the sockets of every other release of the app."""
    directories = [name for name in os.listdir(app_state.root + '/sockets') if name != new.id]
    for name in directories:
        record = app_state.sound_release(name)
        for number in record.numbers if record else (1,):
            yield app_state.socket(name, number)


def prove(question, judge, deadline, pause, needed=1, watch=None, tolerance=None):
    """Asks until enough good answers in a row. Raises at the deadline, or if the release ends or answers badly."""
    begun = time.monotonic()
    row, bad_since = 0, None
    while True:
        seen, counts = judge.ask(question)
        if seen.ok:
            bad_since = None
            row += counts
            if row >= needed:
                return
            if counts:
                continue
        else:
            row = 0
            bad_since = bad_since or time.monotonic()
        if watch is not None:
            watch.check_running()
        now = time.monotonic()
        if now >= deadline or tolerance and bad_since and now - bad_since >= tolerance:
            raise _unproved(question, seen, now - begun, judge, watch)
        time.sleep(pause)


def _unproved(question, seen, waited, judge, watch):
    """Returns the error; for a release that is unhealthy at its own address too, the verdict of its watch."""
    told = 'GET %s through nginx: %s in %d ms' % (question.path, seen.saw, seen.ms)
    why = told
    if watch is not None:
        watch.probe()
        if watch.unhealthy:
            return watch.verdict('not healthy any more after the switch; ' + told)
        if not seen.ok and judge.reached:
            why += ', while its own probe finds the release well'
    if seen.ok:
        why = 'no connection of nginx was seen on the socket of the release, though ' + told
    hint = 'does another virtual host or a redirect answer for %s?' % question.host
    if judge.reached and watch is not None:
        hint = 'nginx sends other headers than the probe (Host, X-Forwarded-For, X-Forwarded-Proto): ' + watch.hint
    facts = watch.facts(probe=told) if watch is not None else {'probe': told, 'container': None, 'lines': []}
    return HostError('release-failed', 'the switch could not be proved in %.1f s: %s' % (waited, why), hint=hint,
                     verdict=facts)
