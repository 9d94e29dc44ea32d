"""`schedules`: shows the schedules of the recorded release: their last run, their next one, and those skipped."""

from ..config import definition
from ..docker.api import Engine
from ..errors import HostError
from ..schedules import timers
from ..store import runs, schedules, state
from ..transaction.one_off import course


def run(call):
    host = definition.load_host()
    app_state = state.AppState(call.app)
    facts = app_state.load()
    record = app_state.release(facts.get('current'))
    course.look(app_state, Engine(host.docker))     # records the end of commands that nobody waited for
    here = {} if facts.get('stopped') else timers.here(record, host)
    upcoming, problems = _of_systemd(call, here)
    last = _last_runs(app_state)
    for schedule in record.schedules if record else ():
        name = schedule.name
        call.output.emit(
            'schedule', app=call.app, schedule=name, at=schedule.at, timezone=schedule.timezone,
            command=list(schedule.command), on=schedule.on, here=timers.has_role(schedule, host),
            next=timers.shown(upcoming.get(name)), last=last.get(name), skipped=schedules.skipped(app_state, name),
            problem=problems.get(name))
    call.output.emit('schedules.finished', schedules=len(record.schedules) if record else 0)
    return 0


def _of_systemd(call, here):
    """Returns ({schedule: its next elapse}, {schedule: what is wrong with its timer})."""
    try:
        return timers.next_elapses(call.app, here), timers.differences(call.app, here)
    except HostError as problem:
        call.warn('schedules', problem.message)
        return {}, {}


def _last_runs(app_state):
    """Returns {schedule: the fields of its last run}."""
    return {facts['schedule']: {
        'ts': facts['ts'], 'slot': facts.get('slot'), 'run': identity, 'release': facts.get('release'),
        'outcome': runs.outcome(facts), 'exit': facts.get('exit'), 'ms': facts.get('ms'), 'error': facts.get('error')}
        for identity, facts in runs.every(app_state) if facts.get('schedule')}
