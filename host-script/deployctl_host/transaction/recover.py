"""Settles the transaction of a worker that died: completes it if users are on the new release, or else undoes it.

It does the same whatever killed the worker: SIGKILL, a lack of memory, a reboot. It goes by the state that it finds,
and reads from the journal only what may exist beside it, so it may itself be killed and repeated.
"""

from .. import journal, lock
from ..docker import containers
from ..docker.api import DockerError
from ..errors import HostError
from ..store import held, state
from ..store.release import Release
from ..store.transactions import TransactionRecord
from . import availability, flow, instances, plans, release, release_containers, routing, targets, undo
from .context import Transaction
from .holding import ending
from .holding import watcher as of_held
from .processes import instances as of_processes
from .processes import stop_first, watcher
from .steps import commit, verify

MESSAGES = {'succeeded': 'the new release was seen through', 'held': 'the new release is held',
            'abandoned': 'the held release was removed', 'failed': 'what it had begun was undone',
            None: 'what it had begun could not all be undone yet'}

# Steps of the journal that are none of a deploy.
NO_STEP = ('bring', 'undo', 'settle', 'finish')


def settle(app, definition, host):
    """Settles an app. Returns the facts of a `recovered` event; None if nothing was unfinished, or the app is busy."""
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
    """Does the same for a caller that holds the app's lock."""
    app_state = state.AppState(app)
    rollout = app_state.unfinished()
    if rollout is None:
        return None
    record = TransactionRecord(app_state, rollout)
    if not record.exists or _has_no_request(record):
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


def _has_no_request(record):
    """Returns whether there is no readable request: then the transaction had not emitted its first event."""
    try:
        return record.request() is None
    except HostError:
        return True


def _settle(transaction):
    finished = transaction.record.finish()
    entries = transaction.record.entries()
    if finished is not None and not _undo_failed(entries):
        transaction.state.end()
        return None
    died_at = next((entry['step'] for entry in reversed(entries) if entry['step'] not in NO_STEP), 'begin')
    transaction.mark('settle', 'begin', died_at=died_at)
    begun = any(entry['step'] == 'begin' for entry in entries)
    transaction.old = transaction.state.release(
        journal.fact(entries, 'old') if begun else transaction.state.load().get('current'))
    transaction.stopped = bool(transaction.state.load().get('stopped'))
    transaction.new = _new_release(transaction, entries)
    if transaction.new is not None:
        transaction.act_on(transaction.new)
    transaction.fresh = bool(journal.fact(entries, 'fresh'))
    new = transaction.new
    availability_only = transaction.request.verb in availability.VERBS
    switched = _switch_had_begun(entries)
    verb = transaction.request.verb
    if verb == 'abandon':
        outcome = _abandon(transaction)
    elif new is not None and _is_held(transaction):
        transaction.committed = True
        ending.tell(transaction)
        outcome = 'held'
    elif new is not None and transaction.state.load().get('committed') == transaction.record.rollout:
        outcome = _complete_availability(transaction) if availability_only else _complete_committed(transaction)
    elif new is not None and not availability_only and switched and _new_release_is_live(transaction, new):
        outcome = _complete(transaction)
    else:
        outcome = _undo(transaction, switched)
    serving = availability.live_release(transaction) if availability_only else (
        new if outcome == 'succeeded' and verb != 'abandon' else transaction.live_before)
    done = MESSAGES['abandoned' if verb == 'abandon' and outcome else outcome]
    message = done if finished else 'the worker died at step %s; %s' % (died_at, done)
    problem = HostError('internal', message, state=instances.describe_live(transaction, serving) if serving else (
        '%s is not live on this host' % transaction.app))
    if finished is None:
        changed = outcome == 'succeeded' and verb not in ('maintenance', 'abandon')
        transaction.finish(outcome or 'failed', serving, changed, problem, leave_open=outcome is None,
                           held=new.id if outcome == 'held' else None)
    elif outcome is None:
        return None
    else:
        transaction.state.end()
    return {'app': transaction.app, 'rollout': transaction.record.rollout, 'verb': transaction.request.verb,
            'outcome': outcome or 'failed', 'serving': serving.id if serving else None, 'message': message}


def _is_held(transaction):
    """Returns whether the transaction is a deploy that has come to its hold."""
    found = held.load(transaction.state) if transaction.request.hold else None
    return found is not None and found.rollout == transaction.record.rollout


def _abandon(transaction):
    """Completes an abandon: it has begun, and nothing of it can be undone."""
    transaction.mark('undo', 'begin')
    try:
        found = targets.abandoned(transaction.state, transaction.request)
        if found is not None:
            ending.end(transaction, found)
    except HostError as problem:
        transaction.warn('undo', 'the held release could not be removed: %s' % problem.message)
        return None
    transaction.mark('undo', 'end')
    return 'succeeded'


def _undo_failed(entries):
    """Returns whether the transaction has its last event, and its undo failed."""
    undone = [entry['phase'] for entry in entries if entry['step'] == 'undo']
    return bool(undone) and undone[-1] == 'begin'


def _new_release(transaction, entries):
    """Returns the new release of the transaction; only its name is known if its record was not written yet."""
    name = journal.fact(entries, 'release')
    if name is None:
        return None
    return transaction.state.release(name) or Release(
        name, transaction.app, release.mode(transaction.wanted), 0, ports=[])


def _switch_had_begun(entries):
    """Returns whether the switch had begun, so nginx may have been changed."""
    return any(entry.get('phase') == 'kept' for entry in entries)


def _new_release_is_live(transaction, new):
    return routing.routed_release(transaction) == new.id and plans.is_healthy(transaction, new)


def _complete_availability(transaction):
    """Completes a stop or a maintenance that was committed."""
    transaction.committed = True
    if transaction.request.verb == 'stop':
        with transaction.tolerant('restart-policy'):
            release_containers.set_restart(transaction, transaction.new, 'no')
    _route(transaction)
    availability.finish(transaction)
    return 'succeeded'


def _complete_committed(transaction):
    """Completes a transaction whose commit is on disk."""
    transaction.committed = True
    ensure_running(transaction, transaction.new)
    _route(transaction)
    if transaction.old is not None and not transaction.same_release:
        with transaction.tolerant('restart-policy'):
            release_containers.set_restart(transaction, transaction.old, 'no')
    flow.retire_old(transaction)
    return 'succeeded'


def _route(transaction):
    """Routes users to the committed release, if it has a web part."""
    if transaction.new.is_web:
        with transaction.tolerant('nginx'):
            routing.route(transaction, transaction.new, routing.vhost_text(transaction, transaction.new))


def _complete(transaction):
    """Completes a transaction whose users reach a healthy new release: an undo would be one more change for them."""
    unfinished = routing.reload_unfinished(transaction.record.entries())
    try:
        text = routing.vhost_text(transaction, transaction.new)
        routing.route(transaction, transaction.new, text, reload_anyway=unfinished)
        verify.verify(transaction)
        commit.commit(transaction)
    except HostError as problem:
        transaction.warn('recover', 'the new release could not be seen through: ' + problem.message)
        return _undo(transaction, True)
    flow.retire_old(transaction)
    return 'succeeded'


def _undo(transaction, switched):
    if switched and transaction.live_before is not None and not stop_first.stopped(transaction):
        ensure_running(transaction, transaction.old)
    undone = undo.undo(transaction, switched)
    watcher.watch_over(transaction)
    of_held.watch_over(transaction)
    return 'failed' if undone else None


def ensure_running(transaction, record):
    """Starts the containers of a live release, and makes Docker restart them."""
    names = [release.container(record, instance) for instance in release.instances(record)]
    for name in names + [one.container(record) for one in of_processes.wanted(transaction.host, record)]:
        seen = containers.inspect(transaction.engine, name)
        if seen is None:
            transaction.warn('recover', 'container %s of the live release does not exist any more' % name)
            continue
        try:
            containers.start(transaction.engine, name)
        except DockerError as problem:
            transaction.warn('recover', 'container %s does not start: %s' % (name, problem.message))
            continue
        containers.set_restart(transaction.engine, name, 'always')
