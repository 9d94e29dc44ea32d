"""Calendar expressions as systemd itself reads them, through systemd-analyze."""

import re

from .. import programs
from ..errors import HostError
from . import manager

TIMEOUT = 30.0
NORMALIZED = re.compile(r'^Normalized form: (.*)$', re.MULTILINE)
# The seconds of an expression that elapses at most once a minute.
ONE_SECOND = re.compile(r'.* \S+:\S+:\d\d(?:\.\d+)?(?: \S+)?')
ELAPSE = re.compile(r'^ *(?:Next elapse|Iter\. #\d+|Iteration #\d+): (.*)(?:\n *\(in UTC\): (.*))?$', re.MULTILINE)
# How many seconds back to look for the last elapse, and how many elapses to ask for at once.
LOOKS = (150, 26 * 3600)
AT_ONCE = 30


def check(expression):
    """Raises ValueError if systemd cannot read the expression, or it never elapses, or more than once a minute."""
    done = _analyze(expression)
    if done.exit != 0:
        raise ValueError('systemd cannot read %s' % expression)
    normalized = NORMALIZED.search(done.stdout)
    if normalized and not ONE_SECOND.fullmatch(normalized.group(1)):
        raise ValueError('%s elapses more than once a minute' % expression)
    if not _times(done.stdout):
        raise ValueError('%s never elapses' % expression)


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
