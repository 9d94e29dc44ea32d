"""`history`: lists what was done to an app, by whom and from where, and how it ended; newest first."""

from ..config import definition
from ..docker.api import Engine
from ..store import retiring, runs, state, transactions
from ..transaction.one_off import course

LIMIT = 20


def run(call):
    apps = [call.app] if call.app else [app for app in _apps() if call.may(app)]
    engine = Engine(definition.load_host().docker)
    found = sorted((one for app in apps for one in _of(app, engine)), key=lambda one: one[0], reverse=True)
    entries = [entry for _, entry in found[:call.option('limit') or LIMIT]]
    for entry in entries:
        call.output.emit('history.entry', **entry)
    call.output.emit('history.finished', entries=len(entries))
    return 0


def _apps():
    return sorted(set(state.known_apps()) | set(definition.list_apps()))


def _of(app, engine):
    """Yields (place among all transactions of this host, entry). A clock gives no order: it may be set back."""
    app_state = state.AppState(app)
    for one in transactions.every(app_state):
        told = transactions.summary(one)
        if told is not None:
            yield one.place, dict(told, app=app, run=None, retired=retiring.of_transaction(one))
    course.look(app_state, engine)    # records the end of commands that nobody waited for
    for identity, facts in runs.every(app_state):
        if facts.get('refused'):
            continue
        yield runs.place(facts), dict(runs.summary(identity, facts), app=app, retired=[])
