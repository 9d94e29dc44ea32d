"""The records of scheduled runs that did not take place.

    <app>/schedules/<name>.json    the last of them, newest first
"""

from .. import events, files, patterns
from ..errors import HostError

KEPT = 10
MESSAGE = 1000


def skip(app_state, name, slot, reason, message):
    """Records that a run did not take place, and why. Returns the facts of a `schedule.skipped` event."""
    facts = {'ts': events.now(), 'slot': slot, 'reason': reason, 'message': message[:MESSAGE]}
    app_state.prepare()
    files.make_dir(_root(app_state), 0o700)
    files.write_json(_path(app_state, name), ([facts] + skipped(app_state, name))[:KEPT])
    return {'app': app_state.app, 'schedule': name, 'slot': slot, 'reason': reason, 'message': facts['message']}


def skipped(app_state, name):
    """Returns the last runs that did not take place, newest first. A damaged record counts as none."""
    try:
        found = files.read_json(_path(app_state, name), [])
    except HostError:
        return []
    return [each for each in found if _sound(each)] if isinstance(found, list) else []


def _sound(facts):
    return isinstance(facts, dict) and all(isinstance(facts.get(name), str)
                                           for name in ('ts', 'slot', 'reason', 'message'))


def _root(app_state):
    return app_state.root + '/schedules'


def _path(app_state, name):
    if not patterns.matches('schedule', name):
        raise ValueError('not the name of a schedule: %r' % (name,))
    return '%s/%s.json' % (_root(app_state), name)
