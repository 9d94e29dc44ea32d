"""Calendar expressions as systemd itself reads them, through systemd-analyze."""

import re

from .. import programs, regex
from ..errors import HostError
from . import manager

TIMEOUT = 30.0
# A run takes about a second to start, and must find out which elapse it is for.
SHORTEST = 10
LOOK_AHEAD = 8
ELAPSE = regex.lazy(r'^ *(?:Next elapse|Iter\. #\d+|Iteration #\d+): (.*)(?:\n *\(in UTC\): (.*))?$', re.MULTILINE)
# How many seconds back to look for the last elapse, and how many elapses to ask for at once.
LOOKS = (150, 26 * 3600)
AT_ONCE = 30


def check(expression):
    """Raises ValueError if systemd cannot read the expression, or it elapses more often than every SHORTEST seconds.

    Returns a sentence if it does not elapse any more, or never: a date may pass while its release is live, and that
    must not keep the next one from being deployed.
    """
    done = _analyze(expression, '--iterations=%d' % LOOK_AHEAD)
    if done.exit != 0:
        raise ValueError('systemd cannot read %s' % expression)
    times = _times(done.stdout)
    if any(later - earlier < SHORTEST for earlier, later in zip(times, times[1:])):
        raise ValueError('%s elapses more often than every %d seconds' % (expression, SHORTEST))
    return None if times else '%s does not elapse any more' % expression


def last_elapse(expression, now):
    """Returns the latest elapse that is not after `now`, in seconds since the epoch.

    Hosts whose clocks differ find the same one. If there was none for a day, the last full minute is returned.
    """
    for back in LOOKS:
        base = int(now) - back
        found = elapses(expression, base, now)
        while len(found) == AT_ONCE:
            base = found[-1]
            found = elapses(expression, base, now)
        if found or base > now - back:
            return found[-1] if found else base
    return int(now // 60 * 60)


def elapses(expression, base, now):
    """Returns the elapses after `base` that are not after `now`, at most AT_ONCE of them."""
    done = _analyze(expression, '--base-time=@%d' % base, '--iterations=%d' % AT_ONCE)
    return [each for each in _times(done.stdout) if each <= now]


def _times(text):
    times = (manager.moment(match.group(2) or match.group(1)) for match in ELAPSE.finditer(text))
    return [each for each in times if each is not None]


def _analyze(expression, *options):
    done = programs.run([manager.program('systemd-analyze'), 'calendar', *options, '--', expression], TIMEOUT)
    if 'unrecognized option' in done.stderr or 'Unknown command verb' in done.stderr:
        raise HostError('definition', 'schedules need systemd 244 or newer', state='nothing was touched',
                        hint='upgrade systemd, or give the schedule roles of other hosts')
    return done
