"""Settles what a dead worker left unfinished: what nginx leads to is live, all else of that transaction is cleaned.

The same is done whatever killed the worker: SIGKILL, a full memory, a reboot. It looks at how things are, and asks the
journal only what may exist beyond that; so it may itself be killed and done again.
"""

from .. import journal, lock
from ..docker import containers
from ..docker.api import DockerError
from ..errors import HostError
from ..store import state
from ..store.release import Release
from ..store.transactions import TransactionRecord
from . import availability, flow, instances, plans, release, release_containers, routing, undo
from .context import Transaction
from .steps import commit, verify

WHAT = {'succeeded': 'the new release was seen through', 'failed': 'what it had begun was undone',
        None: 'what it had begun could not all be undone yet'}

# Entries that are no step of a deploy.
NO_STEP = ('bring', 'undo', 'settle', 'finish')


def settle(app, definition, host):
    """None when nothing was to be settled, or when somebody is at work; else the facts of a `recovered` event."""
    if state.AppState(app).unfinished() is None:
        return None
    app_lock = lock.Lock(app)
    if not app_lock.take():
        return None
    try:
        return settle_locked(app, definition, host, app_lock)
    finally:
        app_lock.release()


def settle_locked(app, definition, host, app_lock):
    """The same, for one who holds the app's lock."""
    app_state = state.AppState(app)
    rollout = app_state.unfinished()
    if rollout is None:
        return None
    record = TransactionRecord(app_state, rollout)
    if not record.exists or _unasked(record):
        app_state.end()
        record.forget()
        return None
    before = app_lock.holder()
    app_lock.describe({'holder': record.request().by, 'verb': 'recover', 'rollout': rollout,
                       'since': record.request().asked})
    transaction = Transaction(definition, host, record, app_lock)
    try:
        return _settle(transaction)
    finally:
        transaction.close()
        app_lock.describe(before)


def _unasked(record):
    """Whether it is not told what was to be done: then the transaction had not come to its first event."""
    try:
        return record.request() is None
    except HostError:
        return True


def _settle(transaction):
    finished = transaction.record.finish()
    entries = transaction.record.entries()
    if finished is not None and not _left_open(entries):
        transaction.state.end()
        return None
    died_at = next((entry['step'] for entry in reversed(entries) if entry['step'] not in NO_STEP), 'begin')
    transaction.mark('settle', 'begin', died_at=died_at)
    begun = any(entry['step'] == 'begin' for entry in entries)
    transaction.old = transaction.state.release(
        journal.fact(entries, 'old') if begun else transaction.state.load().get('current'))
    transaction.stopped = bool(transaction.state.load().get('stopped'))
    transaction.new = _brought(transaction, entries)
    transaction.fresh = bool(journal.fact(entries, 'fresh'))
    new = transaction.new
    door = transaction.request.verb in availability.VERBS
    if new is not None and transaction.state.load().get('committed') == transaction.record.rollout:
        outcome = _forward_door(transaction) if door else _forward_committed(transaction)
    elif new is not None and not door and _kept(entries) and _users_are_well(transaction, new):
        outcome = _forward(transaction)
    else:
        outcome = _back(transaction, _kept(entries))
    serving = availability.serving(transaction) if door else (
        new if outcome == 'succeeded' else transaction.serving_before)
    message = WHAT[outcome] if finished else 'the worker died at step %s; %s' % (died_at, WHAT[outcome])
    problem = HostError('internal', message, state=instances.seen_live(transaction, serving) if serving else (
        '%s is not live on this host' % transaction.app))
    if finished is None:
        changed = outcome == 'succeeded' and transaction.request.verb != 'maintenance'
        transaction.finish(outcome or 'failed', serving, changed, problem, leave_open=outcome is None)
    elif outcome is None:
        return None
    else:
        transaction.state.end()
    return {'app': transaction.app, 'rollout': transaction.record.rollout, 'verb': transaction.request.verb,
            'outcome': outcome or 'failed', 'serving': serving.id if serving else None, 'message': message}


def _left_open(entries):
    """A transaction whose undo failed was told to its end, and still waits to be undone."""
    undone = [entry['phase'] for entry in entries if entry['step'] == 'undo']
    return bool(undone) and undone[-1] == 'begin'


def _brought(transaction, entries):
    """The record of the release that was on its way; a mere name where it had not come to that."""
    name = journal.fact(entries, 'release')
    if name is None:
        return None
    return transaction.state.release(name) or Release(
        name, transaction.app, transaction.definition.connect.mode, 0, ports=[])


def _kept(entries):
    """Whether the switch had begun, so that nginx may have been touched."""
    return any(entry.get('phase') == 'kept' for entry in entries)


def _users_are_well(transaction, new):
    return routing.leads_to(transaction) == new.id and plans.serving_well(transaction, new)


def _forward_door(transaction):
    """A stop or a maintenance that was on disk already."""
    transaction.committed = True
    if transaction.request.verb == 'stop':
        with transaction.tolerant('restart-policy'):
            release_containers.set_restart(transaction, transaction.new, 'no')
    with transaction.tolerant('nginx'):
        routing.lead(transaction, transaction.new, routing.text_for(transaction, transaction.new))
    availability.leave(transaction)
    return 'succeeded'


def _forward_committed(transaction):
    """The commit was on disk: the rest follows."""
    transaction.committed = True
    up(transaction, transaction.new)
    with transaction.tolerant('nginx'):
        routing.lead(transaction, transaction.new, routing.text_for(transaction, transaction.new))
    if transaction.old is not None and not transaction.same:
        with transaction.tolerant('restart-policy'):
            release_containers.set_restart(transaction, transaction.old, 'no')
    flow.leave(transaction)
    return 'succeeded'


def _forward(transaction):
    """Users go to the new release already and it is well: going back would be one more change for them."""
    half_done = routing.half_done(transaction.record.entries())
    try:
        text = routing.text_for(transaction, transaction.new)
        routing.lead(transaction, transaction.new, text, reload_anyway=half_done)
        verify.verify(transaction)
        commit.commit(transaction)
    except HostError as problem:
        transaction.warn('recover', 'the new release could not be seen through: ' + problem.message)
        return _back(transaction, True)
    flow.leave(transaction)
    return 'succeeded'


def _back(transaction, switched):
    if switched and transaction.serving_before is not None:
        up(transaction, transaction.old)
    return 'failed' if undo.undo(transaction, switched) else None


def up(transaction, record):
    """A release that serves runs, and comes back by itself."""
    for instance in release.instances(record):
        name = release.container(record, instance)
        seen = containers.inspect(transaction.engine, name)
        if seen is None:
            transaction.warn('recover', 'container %s of the serving release is gone' % name)
            continue
        try:
            containers.start(transaction.engine, name)
        except DockerError as problem:
            transaction.warn('recover', 'container %s does not start: %s' % (name, problem.message))
            continue
        containers.set_restart(transaction.engine, name, 'always')
