"""Undoes a transaction: afterwards the old release is live, as if nothing had been tried."""

from .. import journal
from ..docker import containers, images
from ..errors import HostError
from ..schedules import live
from ..store import held
from ..store.release import Release
from . import instances, receipt, release, release_containers, routing
from .holding import promoting
from .processes import stop_first
from .steps import drain


def undo(transaction, switched):
    """Routes users back to the old release, if any, and removes what this transaction made.

    False if something could not be removed, which `recover` does later.
    """
    transaction.mark('undo', 'begin', switched=switched)
    stop_first.restore(transaction)
    if switched and any(entry.get('phase') == 'kept' for entry in transaction.record.entries()):
        route_back(transaction)
    live.undo(transaction)
    if not discard_new(transaction):
        return False
    transaction.mark('undo', 'end')
    return True


def route_back(transaction):
    """Routes users back to the old release, and drains the new one."""
    transaction.stop_asked = False
    new = transaction.new
    reached = new is not None and routing.routed_release(transaction) == new.id
    entries = transaction.record.entries()
    before = transaction.record.kept_vhost()
    old = transaction.old or _unknown(transaction.app, before, journal.fact(entries, 'pointed'))
    reloaded = routing.route(transaction, old, before, routing.reload_unfinished(entries), ours=False)
    if reached or reloaded:
        transaction.emit('switched', mode=(old if old is not None and old.is_web else new).mode, reload=reloaded)
    elif new is None or not routing.reload_was_sent(entries):
        return
    cut = 0 if transaction.same_release else None
    if not transaction.same_release:
        with transaction.tolerant('drain'):
            cut = drain.drain(transaction, new, reloaded=reached or reloaded)
    receipt.tell(transaction, cut)


def _unknown(app, vhost_before, pointed):
    """Returns what is known of a release that users were routed to, and that is not recorded."""
    return Release(pointed, app, 'socket', 0) if vhost_before is not None and pointed else None


def discard_new(transaction):
    """Removes the new release, stops it if it is a kept one, or leaves it as one that is held. False if Docker refused.
    """
    record = transaction.new
    if record is None or (transaction.same_release and not transaction.stopped):
        return True
    if transaction.request.verb == 'promote':
        return promoting.put_back(transaction)
    try:
        if transaction.request.hold:
            held.forget(transaction.state)
        if transaction.fresh:
            found = release_containers.of_release(transaction, record.id)
            release_containers.retire(transaction, found, discard=True)     # one may have a job in hand already
            for one in containers.web(found):
                containers.remove(transaction.engine, one['Id'])
            images.remove(transaction.engine, release.local_image(record))
        else:
            release_containers.set_restart(transaction, record, 'no')    # it may have been set at the commit
            release_containers.stop(transaction, record)
    except HostError as problem:
        transaction.warn('undo', 'not all that was begun could be removed; the next call tries again: %s' % (
            problem.message))
        return False
    if transaction.fresh:
        transaction.state.forget_release(record.id)
    return True


def state_after(transaction):
    """Describes what is live now, for the operator."""
    if transaction.stopped:
        return '%s is stopped, as before' % transaction.app
    if transaction.old is None:
        return 'no release of %s is live on this host, as before' % transaction.app
    return instances.describe_live(transaction, transaction.old)
