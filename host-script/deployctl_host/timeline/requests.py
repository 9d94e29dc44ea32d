"""Adds to a timeline the minutes in which requests were answered with 5xx, from nginx's access log."""

import os
import time

from ..errors import HostError
from ..nginx import access_log
from . import live

LONGEST = 15.0
CLOCK_EVERY = 1000
MINUTE = 60
# A first switch is followed by requests of the script itself, with which the log begins.
PROOF_WITHIN = 5.0


class Minutes:
    """The requests of a period, by the minute in which they began. Takes the place of an `access_log.Period`."""

    def __init__(self, begin, end):
        self.begin, self.end = begin, end
        self.requests, self.errors, self.first = {}, {}, {}
        self._until, self._taken = time.monotonic() + LONGEST, 0

    def take(self, entry, began):
        self._taken += 1
        if self._taken % CLOCK_EVERY == 0 and time.monotonic() > self._until:
            raise HostError('unavailable', 'it is too long: it was read for %d s' % LONGEST)
        if self.begin <= began <= self.end:
            minute = int(began // MINUTE) * MINUTE
            self.requests[minute] = self.requests.get(minute, 0) + 1
            if entry['status'] >= 500:
                self.errors[minute] = self.errors.get(minute, 0) + 1
                self.first[minute] = min(began, self.first.get(minute, began))


def _first_request(app_state):
    """Returns when the first release of an app was surely asked by the script itself; 0 where it is not recorded."""
    first = next((each.since for each in live.releases(app_state) if each.release is not None), None)
    return first + PROOF_WITHIN if first is not None else 0.0


def add(timeline, app_state, others, is_web):
    """`others` are apps whose logs have similar names; `is_web` tells that users reach the app through nginx."""
    path = access_log.path_of(timeline.app)
    if not os.path.exists(path):
        if is_web:
            timeline.lacks('access log', 'there is no %s' % path)
        return
    minutes = Minutes(timeline.begin, timeline.end)
    begin = max(timeline.begin, _first_request(app_state))
    reading = access_log.read(timeline.app, [minutes], begin, begin, app_state.load().get('log'), others)
    unknown = reading.unknown()
    if unknown:
        timeline.lacks('access log', unknown)
    for minute, errors in minutes.errors.items():
        timeline.add(minutes.first[minute], 'requests', '%d of %d requests of this minute were answered with 5xx' % (
            errors, minutes.requests[minute]), requests=minutes.requests[minute], errors_5xx=errors)
