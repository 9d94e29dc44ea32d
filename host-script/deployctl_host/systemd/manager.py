"""systemd's manager, through systemctl: loads unit files again, starts and stops timers, and reports their state."""

import os

from .. import programs, regex
from ..errors import HostError

RUNNING = '/run/systemd/system'
PLACES = ('/usr/bin', '/bin')
TIMEOUT = 60.0
PROPERTIES = ('Id', 'LoadState', 'ActiveState', 'Result', 'NeedDaemonReload', 'DropInPaths', 'NextElapseUSecRealtime')
TIME = regex.lazy(r'(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.\d+)? UTC')


def is_running():
    """Returns whether systemd runs this host."""
    return os.path.isdir(RUNNING)


def program(name):
    """Returns the path of a program of systemd; raises HostError('definition') if it is not installed."""
    for place in PLACES:
        if os.path.exists('%s/%s' % (place, name)):
            return '%s/%s' % (place, name)
    raise HostError('definition', 'schedules need %s of systemd, which is not installed' % name,
                    state='nothing was touched', hint='install systemd, or give the schedule roles of other hosts')


def reload():
    """Makes systemd read its unit files again."""
    _systemctl('daemon-reload')


def start(units):
    if units:
        _systemctl('start', *units)


def stop(units):
    if units:
        _systemctl('stop', *units)


def forget_failures(units):
    """Clears the failed state of units, so that removed ones are not listed any more. What systemd answers is
    unimportant: it refuses units that it does not know.
    """
    if units:
        programs.run([program('systemctl'), '--no-ask-password', 'reset-failed', *units], TIMEOUT)


def states(units):
    """Returns {unit: its properties as texts}."""
    if not units:
        return {}
    text = _systemctl('show', '--property=' + ','.join(PROPERTIES), '--', *units)
    found = {}
    for block in text.strip().split('\n\n'):
        properties = dict(line.partition('=')[::2] for line in block.split('\n'))
        if properties.get('Id') in units:
            found[properties['Id']] = properties
    return found


def moment(text):
    """Returns a time that systemd printed in UTC as seconds since the epoch; None if it is none."""
    match = TIME.search(text or '')
    if not match:
        return None
    import calendar     # few calls need it
    return calendar.timegm(tuple(map(int, match.groups())))


def _systemctl(*words):
    done = programs.run([program('systemctl'), '--no-ask-password', *words], TIMEOUT, env={'TZ': 'UTC'})
    if done.exit != 0:
        raise HostError('unavailable', 'systemd does not %s: %s' % (
            ' '.join(words[:2]), ' '.join(done.stderr.split())[:300] or 'exit %d' % done.exit),
            hint='systemctl status; journalctl -b -u init.scope')
    return done.stdout
