"""One-off commands under way: which run now, and how those ended that nobody waited for."""

from ..docker import containers, logs
from ..errors import HostError
from ..store import runs


def look(app_state, engine):
    """Returns (commands that run, None), or ([], why that is unknown)."""
    try:
        return under_way(app_state, engine), None
    except HostError as problem:
        return [], problem.message


def under_way(app_state, engine):
    """Returns the commands that run now, and records the end of those whose end nobody has recorded."""
    running = []
    for identity, facts in runs.every(app_state):
        if facts['ended']:
            continue
        seen = containers.inspect(engine, facts['container'])
        if seen is not None and (seen['State'].get('Running') or seen['State'].get('Status') == 'created'):
            running.append(facts)
        else:
            settle(app_state, identity, seen, last_lines(engine, seen))
    return running


def last_lines(engine, seen):
    """Returns the last lines that a command printed; none if its container was removed."""
    return [text for _, _, text in logs.last(engine, seen['Id'], runs.LINES)] if seen else []


def settle(app_state, identity, seen, lines=(), error=None):
    """Records the end of a command as Docker knows it; `seen` is None if the container was removed."""
    if seen is None:
        runs.end(app_state, identity, None, None, error='how it ended is not known: its container is gone')
        return
    condition = seen['State']
    runs.end(app_state, identity, condition.get('ExitCode'), _length(condition), lines, error)


def _length(condition):
    """Returns the milliseconds between start and end; None if Docker does not say."""
    import calendar     # only a command that has ended needs it
    import time
    try:
        begun, ended = (calendar.timegm(time.strptime(condition[name][:19], '%Y-%m-%dT%H:%M:%S')) * 1000 + int(
            (condition[name][20:23] or '0').rstrip('Z') or 0) for name in ('StartedAt', 'FinishedAt'))
    except (KeyError, ValueError):
        return None
    return ended - begun if ended >= begun else None
