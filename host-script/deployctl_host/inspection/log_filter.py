"""The lines of a log that contain a text. A fixed text, because a caller's expression could take hours to match."""

import collections
import time
from typing import Deque, Tuple

from ..errors import HostError

# What may be held in memory until the last lines with the text are known.
HELD_BYTES = 16 * 1024 * 1024
LONGEST = 60.0
CLOCK_EVERY = 1000


class LogFilter:
    """Decides which lines are sent."""

    def __init__(self, text, ignore_case=False):
        self._ignore_case = ignore_case
        self._text = text.casefold() if ignore_case else text

    def matches(self, line):
        return self._text in (line.casefold() if self._ignore_case else line)

    def last(self, lines, count):
        """Returns the last `count` of (ts, stream, text) that match, oldest first. Fewer where they are very long.

        Raises HostError('unavailable') for a log that is too long to be searched in time.
        """
        found: Deque[Tuple[str, str, str]] = collections.deque()
        held, until = 0, time.monotonic() + LONGEST
        for number, line in enumerate(lines):
            if number % CLOCK_EVERY == 0 and time.monotonic() > until:
                raise HostError('unavailable', 'the log is too long: it was searched for %d s' % LONGEST,
                                hint='search only its end: --since=SECONDS')
            if self.matches(line[-1]):
                found.append(line)
                held += len(line[-1])
                while len(found) > count or held > HELD_BYTES:
                    held -= len(found.popleft()[-1])
        return list(found)


def of(call):
    """Returns the filter that a call asks for, or None."""
    text = call.option('grep')
    return None if text is None else LogFilter(_decoded(text), call.option('ignore-case') is not None)


def _decoded(text):
    """Decodes a percent-encoded text, whose form the pattern of the argument has checked."""
    head, *parts = text.encode('ascii').split(b'%')
    data = head + b''.join(bytes([int(part[:2], 16)]) + part[2:] for part in parts)
    try:
        return data.decode('utf-8')
    except UnicodeDecodeError as problem:
        raise HostError('usage', '--grep: the encoded text is not UTF-8', state='nothing was touched') from problem
