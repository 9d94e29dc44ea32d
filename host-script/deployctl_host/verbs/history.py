"""`history`: what was done to an app, by whom and from where, and how it ended; newest first."""

from .. import definition, state
from ..transaction import record

LIMIT = 20


def run(call):
    apps = [call.app] if call.app else [app for app in _apps() if call.may(app)]
    found = sorted((one for app in apps for one in _of(app)), key=lambda one: one[0], reverse=True)
    entries = [entry for _, entry in found[:call.option('limit') or LIMIT]]
    for entry in entries:
        call.output.emit('history.entry', **entry)
    call.output.emit('history.finished', entries=len(entries))
    return 0


def _apps():
    return sorted(set(state.known_apps()) | set(definition.list_apps()))


def _of(app):
    """(place among all transactions of this host, entry): no clock tells the order, for it may have been set back."""
    for one in record.every(state.AppState(app)):
        told = record.summary(one)
        if told is not None:
            yield one.place, dict(told, app=app)
