"""Adds to a timeline the minutes in which requests were answered with 5xx, from nginx's access log."""

import os
import time

from .. import events
from ..errors import HostError
from ..nginx import access_log

LONGEST = 15.0
CLOCK_EVERY = 1000
MINUTE = 60


class Minutes:
    """The requests of a period, by the minute in which they began. Takes the place of an `access_log.Period`."""

    def __init__(self, begin, end):
        self.begin, self.end = begin, end
        self.requests, self.errors = {}, {}
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


def add(timeline, app_state, others, is_web):
    """`others` are apps whose logs have similar names; `is_web` tells that users reach the app through nginx."""
    path = access_log.path_of(timeline.app)
    if not os.path.exists(path):
        if is_web:
            timeline.lacks('access log', 'there is no %s' % path)
        return
    minutes = Minutes(timeline.begin, timeline.end)
    reading = access_log.read(timeline.app, [minutes], timeline.begin, timeline.begin,
                              app_state.load().get('log'), others)
    unknown = reading.unknown(events.stamp(timeline.begin))
    if unknown:
        timeline.lacks('access log', unknown)
    for minute, errors in minutes.errors.items():
        timeline.add(max(timeline.begin, minute), 'requests', '%d of %d requests were answered with 5xx' % (
            errors, minutes.requests[minute]), requests=minutes.requests[minute], errors_5xx=errors)
