"""Reads an app's access log: the number, failures and durations of requests in a period."""

import json
import os
from typing import Optional

from .. import regex
from . import rotated

DIRECTORY = '/var/log/nginx'
LIMIT = 256 * 1024 * 1024
MOMENT = regex.lazy(rb'\{"ts":"[^"]*","msec":([0-9]+\.[0-9]+),')
# A line is written when its request ends. Requests that took longer than this are not looked for.
LONGEST = 120.0
OWN_AGENT = 'deployctl-host'


def path_of(app):
    return '%s/deployctl-%s.log' % (DIRECTORY, app)


def mark(app):
    """Returns the current position of the log, to detect later that nothing was lost; None if there is no log."""
    try:
        seen = os.stat(path_of(app))
    except OSError:
        return None
    return {'inode': seen.st_ino, 'size': seen.st_size}


class Period:
    """The requests that began between `begin` and `end` (seconds since 1970)."""

    def __init__(self, begin, end):
        self.begin, self.end = begin, end
        self.errors = 0
        self.times = []

    def take(self, entry, began):
        if self.begin <= began < self.end:
            self.times.append(entry['seconds'])
            self.errors += entry['status'] >= 500

    def facts(self):
        times = sorted(self.times)
        return {'requests': len(times), 'errors_5xx': self.errors, 'p50_ms': _share(times, 0.5),
                'p95_ms': _share(times, 0.95), 'seconds': int(round(self.end - self.begin))}


def _share(times, share):
    return int(round(times[min(len(times) - 1, int(len(times) * share))] * 1000)) if times else None


class Reading:
    """The result of reading a log.

    `gap` says why requests of the newest period may be missing, or is None; `reached` is True if all periods are
    covered, `torn` if a part of an older one cannot be read.
    """

    def __init__(self):
        self.reached = False
        self.torn = False
        self.gaps = []
        self.whole = False

    @property
    def gap(self):
        if self.gaps:
            return '; '.join(self.gaps)
        return None if self.whole else ('the log begins after the switch: it was truncated, or its rotated part was '
                                        'not found')

    def unknown(self):
        """Returns why requests of any period may be missing, or None."""
        if self.gaps or self.torn:
            return '; '.join(self.gaps) or 'an older part of the access log cannot be read'
        return None if self.reached or self.whole else (
            'the access log does not reach back to the beginning of this time: it was truncated, or its rotated part '
            'was not found')


def read(app, periods, switched, since, marked=None, others=()):
    """Reads the log and its rotated parts into the `Period` objects.

    The script's own probes and 503 pages of maintenance and stop are left out. The requests since `since` are complete
    if the part that was written at the time of the switch (`switched`) is found: the file of `marked`, or one with
    lines from before the switch that was written to until then.
    """
    oldest = min(period.begin for period in periods)
    left, reading = [LIMIT], Reading()
    with rotated.opened(path_of(app), tuple(path_of(other) for other in others)) as (parts, closed):
        for why, written in closed:
            _missing(reading, why, written, oldest, since)
        for part in parts:
            if part.written < oldest and not part.current:
                reading.reached = True
                continue
            try:
                first = _take(part, periods, oldest, left)
            except rotated.Unreadable as problem:
                _missing(reading, str(problem), part.written, oldest, since)
                continue
            if first is None and part.written >= since and part.size:
                reading.gaps.append('%s has no line in the format of this app' % part.name)
            reading.reached = reading.reached or (first is not None and first < oldest)
            reading.whole = reading.whole or _covers(part, first, switched, since, marked)
    return reading


def _missing(reading, why, written, oldest, since):
    reading.torn = reading.torn or written >= oldest
    if written >= since:
        reading.gaps.append(why)


def _take(part, periods, oldest, left):
    """Reads one part. Returns when its earliest request that was read ended, or None."""
    first: Optional[float] = None
    for line in _lines(part, left):
        found = MOMENT.match(line)
        if found is None:
            continue
        ended = float(found.group(1))
        first = ended if first is None else min(first, ended)
        if ended < oldest - LONGEST and part.packed is None:
            break
        entry = _entry(line)
        if entry is not None:
            for period in periods:
                period.take(entry, ended - entry['seconds'])
    return first


def _covers(part, first, switched, since, marked):
    if marked and marked['inode'] == part.inode and part.size >= marked['size']:
        # A file that was truncated and has grown again has lost its beginning.
        return not marked['size'] or first is None or first <= since
    return first is not None and first <= since and (part.current or part.written >= switched)


def _lines(part, left):
    return part.newest_first(left) if part.packed is None else part.unpacked(left[0])


def _entry(line):
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    sound = isinstance(entry.get('status'), int) and isinstance(entry.get('seconds'), (int, float))
    return entry if sound and entry.get('upstream') and entry.get('agent') != OWN_AGENT else None
