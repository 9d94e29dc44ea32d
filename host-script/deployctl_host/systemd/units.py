"""The unit files of schedules. Names and content come from values that are checked here again.

    deployctl-APP_SCHEDULE.timer      when
    deployctl-APP_SCHEDULE.service    starts `deployctl-host scheduled` in a transient unit, once for each elapse

The service ends at once, so that systemd also starts it while an earlier run goes on: `scheduled` decides whether to
skip that, and records it.
"""

import os
from typing import Dict, Set

from .. import files, paths, patterns, regex

HOST_SCRIPT = '/usr/sbin/deployctl-host'
SYSTEMD_RUN = '/usr/bin/systemd-run'
WANTS = 'timers.target.wants'
# Systemd's form of times, with or without a time zone.
CALENDAR = regex.lazy(r'[A-Za-z0-9*,./:~+_ -]{3,300}')
# An underscore is in no name of an app, a schedule or a rollout, so no two units have the same name.
FILE = regex.lazy(r'deployctl-(%s)_(%s)\.(timer|service)' % (patterns.APP, patterns.SCHEDULE))
NOTICE = '# Written by deployctl-host: `status` reports a change, `recover` and each deploy revert it.\n'
TIMER = NOTICE + '''[Unit]
Description=Schedule %(schedule)s of %(app)s (deployctl)

[Timer]
OnCalendar=%(calendar)s
AccuracySec=100ms
RandomizedDelaySec=0
Persistent=false

[Install]
WantedBy=timers.target
'''
SERVICE = NOTICE + '''[Unit]
Description=Start schedule %(schedule)s of %(app)s (deployctl)
After=docker.service

[Service]
Type=oneshot
ExecStart=%(run)s --quiet --collect --unit=%(unit)s-${INVOCATION_ID} \\
    "--description=Schedule %(schedule)s of %(app)s (deployctl)" \\
    --property=KillMode=process --property=OOMPolicy=continue --property=UMask=0077 --property=LimitCORE=0 \\
    %(script)s scheduled %(app)s --schedule=%(schedule)s --output=text
'''


def name_of(app, schedule):
    """Returns the name that the units of a schedule share."""
    if not (patterns.matches('app', app) and patterns.matches('schedule', schedule)):
        raise ValueError('not the names of an app and a schedule: %r, %r' % (app, schedule))
    return 'deployctl-%s_%s' % (app, schedule)


def timer_of(app, schedule):
    return name_of(app, schedule) + '.timer'


def service_of(app, schedule):
    return name_of(app, schedule) + '.service'


def contents(app, calendars):
    """Returns {file name: bytes} of the unit files of all schedules; `calendars` is {schedule: calendar expression}."""
    found = {}
    for schedule, calendar in calendars.items():
        if not CALENDAR.fullmatch(calendar):
            raise ValueError('not a calendar expression: %r' % (calendar,))
        values = {'app': app, 'schedule': schedule, 'calendar': calendar, 'unit': name_of(app, schedule),
                  'run': SYSTEMD_RUN, 'script': HOST_SCRIPT}
        found[timer_of(app, schedule)] = (TIMER % values).encode('ascii')
        found[service_of(app, schedule)] = (SERVICE % values).encode('ascii')
    return found


def path(name):
    return '%s/%s' % (paths.UNITS, name)


def present():
    """Returns {app: names of its unit files}, including those that are only enabled."""
    found: Dict[str, Set[str]] = {}
    for directory in (paths.UNITS, path(WANTS)):
        for match in map(FILE.fullmatch, _listed(directory)):
            if match:
                found.setdefault(match.group(1), set()).add(match.group())
    return found


def schedule_of(name):
    """Returns the schedule of a unit file."""
    return name.rpartition('.')[0].partition('_')[2]


def content(name):
    """Returns the content of a unit file, or None if there is none. A symlink is none of ours."""
    try:
        return files.read_bytes(path(name))
    except OSError:
        return None


def is_enabled(timer):
    """Returns whether a timer starts at boot."""
    try:
        return os.readlink(_link(timer)) == path(timer)
    except OSError:
        return False


def write(name, data):
    files.write_atomic(path(name), data, 0o644)


def enable(timer):
    """Makes a timer start at boot, as `systemctl enable` does."""
    files.make_dir(path(WANTS), None)
    os.chmod(path(WANTS), 0o755)
    files.replace_symlink(_link(timer), path(timer))


def remove(name):
    """Removes a unit file, and what starts it at boot."""
    files.remove_file(_link(name))
    files.remove_file(path(name))


def sync():
    files.fsync_dir(paths.UNITS)


def sweep():
    """Removes files that a killed writer left. The caller keeps other writers out."""
    for directory in (paths.UNITS, path(WANTS)):
        if os.path.isdir(directory):
            files.sweep_temporary(directory)


def _link(timer):
    return '%s/%s' % (path(WANTS), timer)


def _listed(directory):
    try:
        return os.listdir(directory)
    except (FileNotFoundError, NotADirectoryError):
        return []
