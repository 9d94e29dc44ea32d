"""Reads the lines that a log got in a window of time, newest first, within limits of time and size.

It says whether a line of the window may be missing. A log that was rotated, truncated or removed is never taken for a
quiet one.
"""

import os
import time

from . import rotated

# Limits of one receipt, over all logs that it reads.
BYTES = 128 * 1024 * 1024
SECONDS = 1.0
LOOK = 1000
# Workers write their lines side by side, so times may go back a little from line to line.
DISORDER = 2.0


class Budget:
    """The bytes and the time that are left for reading."""

    def __init__(self):
        self.left = [BYTES]
        self._deadline = time.monotonic() + SECONDS

    @property
    def spent(self):
        return self.left[0] <= 0 or time.monotonic() > self._deadline


class Log:
    """A log to read.

    `moment_of` returns when a line was written, None if the line does not tell. `marked` is the `mark` of the time when
    the window begins. `others` are paths of other logs, whose names may look like rotated parts of this one.
    `steady` says that every request writes a line in one format: then other lines are requests that cannot be counted,
    and a file without older lines may have lost them.
    """

    def __init__(self, path, moment_of, marked, others=(), steady=False):
        self.path, self.moment_of, self.marked, self.others, self.steady = path, moment_of, marked, others, steady


class Reading:
    """The result: `gap` says why lines since `begin` may be missing, or is None."""

    def __init__(self, oldest, begin):
        self.oldest, self.begin = oldest, begin
        self.gap = None
        self.reached = False
        self.torn = False
        self.covered = False
        self.lowest = float('inf')

    @property
    def complete(self):
        """True if all lines since `oldest` were found."""
        return self.gap is None and self.reached and not self.torn

    def miss(self, why, written=float('inf')):
        """Records that lines up to the time `written` are missing."""
        self.torn = self.torn or written >= self.oldest
        if written >= self.begin and self.gap is None:
            self.gap = why


def mark(path):
    """Returns the position of a log now; None if there is no log."""
    try:
        seen = os.stat(path)
    except OSError:
        return None
    return {'inode': seen.st_ino, 'size': seen.st_size}


def read(log, oldest, begin, take, budget):
    """Calls `take(moment, line)` for each line since `oldest`. Returns the `Reading`."""
    reading = Reading(oldest, begin)
    with rotated.opened(log.path, log.others) as (parts, closed):
        if not any(part.current for part in parts):
            reading.miss('there is no %s' % log.path)
        for why, written in closed:
            reading.miss(why, written)
        for part in parts:
            if part.written < oldest and not part.current:
                reading.reached = True
                break
            try:
                first = _part(log, part, reading, take, budget)
            except rotated.Unreadable as problem:
                reading.miss(str(problem), part.written)
                continue
            reading.lowest = min(reading.lowest, first)
            reading.covered = reading.covered or _covers(log, part, first, begin)
            if budget.spent:
                reading.miss('%s has more lines than can be read in %g s' % (part.name, SECONDS), reading.lowest)
                return reading
    reading.reached = reading.reached or reading.lowest < oldest or not log.steady
    if not reading.covered:
        reading.miss('%s was truncated, or its rotated part was not found' % os.path.basename(log.path), begin)
    return reading


def _part(log, part, reading, take, budget):
    """Reads one file. Returns when the earliest of its lines that were read was written."""
    first, foreign = float('inf'), None
    packed = part.packed is not None
    lines = part.unpacked(budget.left[0]) if packed else part.newest_first(budget.left)
    for count, line in enumerate(lines, 1):
        if count % LOOK == 0 and budget.spent:
            break
        moment = log.moment_of(line)
        if moment is None:
            if line and log.steady:
                foreign = foreign or (part.written if packed else min(first, part.written))
            continue
        if moment > first + DISORDER and not packed:
            reading.miss('the clock was set back', first)
            break
        first = min(first, moment)
        if moment >= reading.oldest:
            take(moment, line)
        elif moment < reading.oldest - DISORDER and not packed:
            break
    if foreign is not None:
        reading.miss('%s has lines that are not in the format of this app' % part.name, foreign)
    return first


def _covers(log, part, first, begin):
    """Returns whether a file has been written to since before `begin`, and still has its lines from then on."""
    marked = log.marked
    if marked is None:      # there was no log when the window began
        return part.current
    if part.inode == marked['inode'] and part.size >= marked['size']:
        # A file that was truncated and has grown again has lost its beginning.
        return not marked['size'] or first <= begin
    return first <= begin and (part.current or part.written >= begin)
