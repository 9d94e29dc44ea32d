"""Step `commit`: records the new release as the current one. From here on nothing fails the transaction any more."""

from ... import events, journal
from ...capacity import memory
from ...errors import HostError
from ...nginx import access_log
from ...schedules import live
from .. import health_checks, release_containers


def commit(transaction):
    """Records the new release as current, and makes Docker restart its containers, and not those of the old one."""
    with transaction.step('commit'):
        new, old = transaction.new, transaction.old
        _restart_always(transaction, new)
        entries = transaction.record.entries()
        changes = {'current': new.id, 'since': events.now(), 'by': transaction.request.by,
                   'switched': journal.moment(entries, 'switch', 'kept'), 'rollout': transaction.record.rollout,
                   'log': access_log.mark(transaction.app) if new.is_web else None,
                   'verb': transaction.request.verb, 'committed': transaction.record.rollout, 'stopped': None}
        if old is not None and old.id != new.id:
            changes['previous'] = old.id
        if not new.is_web:
            changes['maintenance'] = None   # which is a state of the virtual host
        changes['order'] = transaction.state.order(new.id)
        if transaction.request.verb == 'promote':
            new = transaction.new = new._replace(rollout=transaction.record.rollout)    # which an undo goes by
            transaction.state.save_release(new)
        live.commit(transaction, new)
        changes.update(_memory(transaction, new))
        transaction.state.save(**changes)
        transaction.committed = True
        if old is not None and old.id != new.id:
            with transaction.tolerant('restart-policy'):
                release_containers.set_restart(transaction, old, 'no')


def _memory(transaction, new):
    """Returns what new containers use, for the check of the next deploy. Docker's silence does not stop a commit."""
    if transaction.same_release and not transaction.stopped:
        return {}
    try:
        measured = memory.measured(transaction.engine, new)
    except HostError:
        return {}
    return {'memory': dict(transaction.state.load().get('memory') or {}, **measured)} if measured else {}


def _restart_always(transaction, new):
    """Makes Docker restart the containers, and checks that none had ended before: Docker would leave it stopped."""
    watch = health_checks.watch_of(transaction)
    try:
        release_containers.set_restart(transaction, new, 'always')
    except HostError:
        watch.check_running()   # how a container ended tells more than the refusal
        raise
    watch.check_running()
