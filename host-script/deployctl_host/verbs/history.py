"""`history`: what was done to an app, by whom and from where, and how it ended; newest first."""

from .. import definition, state
from ..transaction import record

LIMIT = 20


def run(call):
    apps = [call.app] if call.app else [app for app in _apps() if call.may(app)]
    entries = sorted((entry for app in apps for entry in _of(app)), key=lambda entry: entry['ts'], reverse=True)
    entries = entries[:call.option('limit') or LIMIT]
    for entry in entries:
        call.output.emit('history.entry', **entry)
    call.output.emit('history.finished', entries=len(entries))
    return 0


def _apps():
    return sorted(set(state.known_apps()) | set(definition.list_apps()))


def _of(app):
    for one in record.every(state.AppState(app)):
        told = record.summary(one)
        if told is not None:
            yield dict(told, app=app)
