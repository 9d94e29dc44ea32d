"""The timers of an app's schedules: brought in line with the release that is live, and compared with it."""

import contextlib
import time
from typing import Dict

from .. import lock
from ..config.schema import Schedule
from ..errors import HostError
from ..systemd import calendars, manager, units

LOCK_TIMEOUT = 60.0


def here(record, host) -> Dict[str, Schedule]:
    """Returns the schedules of a release for which this host has a timer, by name; none for None."""
    return {one.name: one for one in (record.schedules if record else ()) if has_role(one, host)}


def has_role(schedule, host):
    return not schedule.roles or bool(set(schedule.roles) & set(host.roles))


def expression(schedule):
    """Returns the times of a schedule as systemd expects them."""
    return '%s %s' % (schedule.at, schedule.timezone) if schedule.timezone else schedule.at


def check(wanted):
    """Raises HostError for what would keep the timers of these schedules from being written. Changes nothing.

    Returns sentences that do not prevent that.
    """
    if not wanted:
        return []
    _require_systemd()
    wrong, doubts = [], []
    for schedule in wanted.values():
        try:
            doubt = calendars.check(expression(schedule))
            doubts += ['schedule %s: %s' % (schedule.name, doubt)] if doubt else []
        except ValueError as problem:
            wrong.append('[schedule %s] %s' % (schedule.name, problem))
    if wrong:
        raise HostError('definition', '\n'.join(wrong), state='nothing was touched', hint=(
            'systemd-analyze calendar explains an expression; correct at and timezone in the definition'))
    return doubts


def _require_systemd():
    if not manager.is_running():
        raise HostError('definition', 'schedules are timers of systemd, which does not run this host',
                        state='nothing was touched', hint='give the schedules roles of other hosts ([schedule NAME] '
                        'roles), or run their commands by other means')


def in_line(app, wanted):
    """Returns whether nothing is to be done for the timers of an app."""
    return not wanted and app not in units.present() or not Work(app, wanted)


class Work:
    """Differences between the timers of an app and what they should be."""

    def __init__(self, app, wanted):
        calendar_of = {name: expression(schedule) for name, schedule in wanted.items()}
        self.contents = units.contents(app, calendar_of)
        self.timers = [units.timer_of(app, name) for name in wanted]
        self.changed = [name for name, data in self.contents.items() if units.content(name) != data]
        self.stale = sorted(units.present().get(app, set()) - set(self.contents))
        self.disabled = [timer for timer in self.timers if not units.is_enabled(timer)]
        known = self.timers + [name for name in self.stale if name.endswith('.timer')]
        self.states = manager.states(known) if manager.is_running() else {}
        self.idle = [timer for timer in self.timers if not _is_waiting(self.states.get(timer, {}))]

    def __bool__(self):
        return bool(self.changed or self.stale or self.disabled or self.idle)


def _is_waiting(properties):
    return properties.get('ActiveState') == 'active' and properties.get('NeedDaemonReload') != 'yes'


def align(app, wanted):
    """Makes the timers of an app those of the schedules `wanted`. Returns whether anything was changed.

    It may be killed at any point and repeated. A timer whose file changes is stopped first: systemd would compare the
    new times with the last elapse of the old ones, and start a run at once.
    """
    if in_line(app, wanted):
        return False
    if wanted:
        _require_systemd()
    with _alone():
        _apply(Work(app, wanted))
    return True


def _apply(work):
    running = manager.is_running()
    touched = set(work.changed) | set(work.stale)
    if running:
        manager.stop([name for name, properties in work.states.items()
                      if name in touched and properties.get('ActiveState') != 'inactive'])
    units.sweep()
    for name in work.changed:
        units.write(name, work.contents[name])
    for timer in work.disabled:
        units.enable(timer)
    for name in work.stale:
        units.remove(name)
    units.sync()
    if running:
        manager.reload()
        manager.forget_failures(work.stale)
        manager.start(work.timers)


@contextlib.contextmanager
def _alone():
    """Keeps other calls from changing timers: each reloads systemd's manager."""
    only_one = lock.Lock('.schedules')
    if not only_one.take(LOCK_TIMEOUT):
        raise HostError('locked', 'another call has been writing timers for %g s' % LOCK_TIMEOUT, hint='try again')
    try:
        yield
    finally:
        only_one.release()


def next_elapses(app, wanted):
    """Returns {schedule: when its timer elapses next, in seconds since the epoch, or None}."""
    if not manager.is_running():
        return dict.fromkeys(wanted)
    states = manager.states([units.timer_of(app, name) for name in wanted])
    found = {name: states.get(units.timer_of(app, name), {}) for name in wanted}
    return {name: manager.moment(properties.get('NextElapseUSecRealtime'))
            if properties.get('ActiveState') == 'active' else None for name, properties in found.items()}


def differences(app, wanted):
    """Returns {schedule: a sentence} for each timer that is not as the schedules `wanted` need it."""
    present = units.present().get(app, set())
    if not wanted and not present:
        return {}
    fix = ': deployctl-host recover %s corrects it' % app
    found = {name: 'there is a timer for schedule %s, which does not run on this host now%s' % (name, fix)
             for name in map(units.schedule_of, present) if name not in wanted}
    for name, schedule in wanted.items():
        why = _in_files(app, name, schedule)
        if why:
            found[name] = 'the timer of schedule %s %s%s' % (name, why, fix)
        elif not manager.is_running():
            found[name] = 'the timer of schedule %s needs systemd, which does not run this host' % name
        else:
            found.update(_in_manager(app, name, fix))
    return found


def _in_files(app, name, schedule):
    for unit, data in units.contents(app, {name: expression(schedule)}).items():
        now = units.content(unit)
        if now is None:
            return 'is incomplete: there is no %s' % units.path(unit)
        if now != data:
            return 'was changed by hand: %s' % units.path(unit)
    return None if units.is_enabled(units.timer_of(app, name)) else 'does not start at boot'


def _in_manager(app, name, fix):
    timer, service = units.timer_of(app, name), units.service_of(app, name)
    states = manager.states([timer, service])
    for unit, properties in states.items():
        if properties.get('DropInPaths'):
            return {name: 'the unit %s is changed by %s' % (unit, properties['DropInPaths'])}
        if properties.get('ActiveState') == 'failed':
            return {name: 'the unit %s has failed: systemctl status %s' % (unit, unit)}
    if not _is_waiting(states.get(timer, {})):
        return {name: 'the timer of schedule %s is stopped%s' % (name, fix)}
    return {}


def apps():
    """Returns the apps that have unit files on this host."""
    return sorted(units.present())


def slot(schedule, now=None):
    """Returns the time for which a run that starts now was scheduled, in seconds since the epoch."""
    return calendars.last_elapse(expression(schedule), time.time() if now is None else now)


def shown(seconds):
    """Returns a time as events have it; None for None."""
    return None if seconds is None else time.strftime('%Y-%m-%dT%H:%M:%S.000Z', time.gmtime(seconds))
