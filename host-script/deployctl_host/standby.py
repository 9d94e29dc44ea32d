"""Calls that are prepared and started later (`--standby`), so that the start of Python is not part of the waiting.

Nothing is read, checked or written before the start, except the arguments: all of it could have changed by then.
"""

import os
import select
import time

from .errors import HostError

START = b'start\n'
LIMIT = 120.0
NOT_STARTED = 'the prepared call was '


def wait(descriptor=0, limit=LIMIT):
    """Returns as soon as the line `start` arrives on standard input. Raises HostError if something else does, if the
    input ends, or if nothing arrives within the limit.
    """
    received, until = b'', time.monotonic() + limit
    while received != START:
        if not select.select([descriptor], [], [], max(0.0, until - time.monotonic()))[0]:
            raise _not_started('not started within %d s' % limit)
        more = os.read(descriptor, len(START) - len(received))
        received += more
        if not more or not START.startswith(received):
            raise _not_started('not started: standard input %s' % ('holds something else' if more else 'ended'))


def _not_started(why):
    return HostError('unavailable', NOT_STARTED + why, state='nothing was touched',
                     hint='call it without --standby')
